import { exact, relative } from '../lib/dates';
import classes from './row.module.css';

/** A moment as people say it; the exact one on hover or touch. */
export function When({ at, never = '–' }: { at: string | null | undefined; never?: string }) {
  if (!at) return <>{never}</>;
  return (
    <time dateTime={at} className={classes.time} data-hint={exact(at)}>
      {relative(at)}
    </time>
  );
}
