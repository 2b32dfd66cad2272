import type { ReactNode } from 'react';
import classes from './row.module.css';

type LineProps = {
  children: ReactNode;
  dim?: boolean;
  small?: boolean;
  /** At most so many pixels wide; what is longer is cut. */
  width?: number;
  hint?: string;
};

/** One line of text in a row. */
export function Line({ children, dim, small, width, hint }: LineProps) {
  return (
    <div className={classes.line} data-dim={dim} data-small={small} style={{ maxWidth: width }} data-hint={hint}>
      {children}
    </div>
  );
}

/** Where there is nothing to tell. */
export const dash = <Line dim>–</Line>;
