import type { ComponentPropsWithoutRef } from 'react';
import classes from './row.module.css';

type RowButtonProps = ComponentPropsWithoutRef<'button'> & {
  /** Why the button does nothing now; undefined when it works. */
  because: string | undefined;
  look: 'first' | 'second' | 'danger';
};

/** Guarded, as light as what stands in each of many rows has to be. */
export function RowButton({ because, look, onClick, ...props }: RowButtonProps) {
  const off = because !== undefined;
  return <button type="button" {...props} className={classes.button} data-look={look} aria-disabled={off || undefined} data-hint={because} onClick={off ? undefined : onClick} />;
}
