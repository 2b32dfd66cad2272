import type { ReactNode } from 'react';
import classes from './row.module.css';

/** A word of one kind, such as a group's name, in a frame: a badge as light as rows need it. */
export function Tag({ children }: { children: ReactNode }) {
  return <span className={classes.tag}>{children}</span>;
}
