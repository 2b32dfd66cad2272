import { Box } from '@mantine/core';
import { diff } from '../lib/diff';
import classes from './diff.module.css';

/** One text beside another in one flow: what is gone struck out, what is new underlined, so that colour is not all that tells. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  return (
    <Box className={classes.frame} role="group" aria-label={label} tabIndex={0}>
      {diff(before, after).map(({ kind, text }, i) => {
        if (kind === 'gone') return <del key={i} className={classes.gone}>{text}</del>;
        if (kind === 'new') return <ins key={i} className={classes.fresh}>{text}</ins>;
        return <span key={i}>{text}</span>;
      })}
    </Box>
  );
}
