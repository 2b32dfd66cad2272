import { Anchor, Button, NavLink } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';
import { rowLinkClass } from './data-table';
import classes from './row.module.css';

/** Mantine's looks, the router's addresses. */
export const TextLink = createLink(Anchor<'a'>);
export const RoomLink = createLink(NavLink<'a'>);
export const ButtonLink = createLink(Button<'a'>);

/** The one link of a table's row; the whole row is its target. */
export const RowLink = createLink(function RowLink(props: ComponentPropsWithRef<'a'>) {
  return <a {...props} className={rowLinkClass} />;
});

/** A link in a row beside that of the row; what is longer than width, in pixels, is cut. */
export const CellLink = createLink(function CellLink({ width, ...props }: ComponentPropsWithRef<'a'> & { width?: number }) {
  return <a {...props} className={classes.link} style={{ maxWidth: width }} />;
});

/** Leads out of the dashboard, in a tab of its own, and tells nobody where from. */
export function TextLinkAway({ href, size, children }: { href: string; size?: 'xs' | 'sm'; children: string }) {
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer" size={size}>
      {children}
    </Anchor>
  );
}
