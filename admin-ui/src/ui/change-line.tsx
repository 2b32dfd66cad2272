import { Stack, Text } from '@mantine/core';
import { t } from '../lib/i18n';

export type ChangeLineProps = { name: string; from: string; to: string; warning?: string };

/** One thing that is to change: what it was, what it will be. */
export function ChangeLine({ name, from, to, warning }: ChangeLineProps) {
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {name}:{' '}
      <Text span c="dimmed" td="line-through">
        {from || '–'}
      </Text>{' '}
      → {to || '–'}
      {warning && (
        <Text span c="var(--mantine-color-error)">
          {' '}
          {warning}
        </Text>
      )}
    </Text>
  );
}

/** What a form would change, below it. Shows nothing while that is nothing. */
export function ChangeLines({ lines }: { lines: ChangeLineProps[] }) {
  const changed = lines.filter(({ from, to }) => from !== to);
  return (
    <Stack gap={2} role="group" aria-label={t('settings.changes')} aria-live="polite" display={changed.length === 0 ? 'none' : undefined}>
      {changed.map((line) => (
        <ChangeLine key={line.name} {...line} />
      ))}
    </Stack>
  );
}
