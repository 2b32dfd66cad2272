import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

type GuardedProps = ButtonProps &
  ComponentPropsWithoutRef<'button'> & {
    /** Why the button does nothing now; undefined when it works. */
    because: string | undefined;
    /** Leads to something that hurts: told by the colour of its words, not by an alarm. */
    danger?: boolean;
    /** Often changes between the two while it has the focus, which it then keeps. */
    steady?: boolean;
  };

/** A button that, when it cannot be used, stays reachable and says why. */
export function Guarded({ because, danger, steady, onClick, ...props }: GuardedProps) {
  const rest = danger ? { variant: 'default', ...props, c: because === undefined ? 'var(--mantine-color-error)' : undefined } : props;
  const open = because === undefined;
  if (open && !steady) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip label={because} disabled={open} multiline maw={300}>
      <Button {...rest} data-disabled={!open || undefined} aria-disabled={!open || undefined} onClick={open ? onClick : (event) => event.preventDefault()} />
    </Tooltip>
  );
}
