import { Box } from '@mantine/core';
import { Copy } from './copy';
import classes from './snippet.module.css';

/** Lines to take elsewhere, with a button that copies them. They scroll sideways: a broken line would not be what is copied. */
export function Snippet({ code, what }: { code: string; what: string }) {
  return (
    <Box className={classes.frame}>
      <pre className={classes.code} role="group" tabIndex={0} aria-label={what}>
        {code}
      </pre>
      <div className={classes.copy}>
        <Copy value={code} what={what} />
      </div>
    </Box>
  );
}
