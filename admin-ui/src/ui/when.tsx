import { Tooltip } from '@mantine/core';
import { exact, relative } from '../lib/dates';

/** A moment as people say it; the exact one on hover, focus or touch. */
export function When({ at, never = '–' }: { at: string | null | undefined; never?: string }) {
  if (!at) return <>{never}</>;
  return (
    <Tooltip label={exact(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap', position: 'relative', zIndex: 1 }}>
        {relative(at)}
      </time>
    </Tooltip>
  );
}
