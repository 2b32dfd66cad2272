import classes from './row.module.css';

export type Tone = 'good' | 'wait' | 'bad' | 'off';

/** A state in a word, with a dot that the eye finds first. */
export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={classes.status} data-tone={tone}>
      {children}
    </span>
  );
}
