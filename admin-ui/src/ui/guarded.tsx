import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

type GuardedProps = ButtonProps &
  ComponentPropsWithoutRef<'button'> & {
    /** Why the button does nothing now; undefined when it works. */
    because: string | undefined;
    /** Leads to something that hurts: told by the colour of its words, not by an alarm. */
    danger?: boolean;
  };

/** A button that, when it cannot be used, stays reachable and says why. */
export function Guarded({ because, danger, onClick, ...props }: GuardedProps) {
  const rest = danger ? { variant: 'default', ...props, c: because === undefined ? 'var(--mantine-color-error)' : undefined } : props;
  if (because === undefined) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip label={because} multiline maw={300}>
      <Button {...rest} data-disabled aria-disabled onClick={(event) => event.preventDefault()} />
    </Tooltip>
  );
}
