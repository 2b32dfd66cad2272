import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../lib/i18n';
import { change, count } from '../lib/numbers';

type FigureProps = {
  label: string;
  value: number | undefined;
  /** What it was in as many days before. */
  before?: number;
  /** What else there is to say. */
  note?: ReactNode;
  /** Where the people or things behind the number are. */
  children?: ReactNode;
};

/** One big number. */
export function Figure({ label, value, before, note, children }: FigureProps) {
  return (
    <Paper p="md" component="section" aria-label={label}>
      <Stack gap={2} h="100%">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Text fz={26} fw={650} lh={1.25} lts="-0.015em">
          {value === undefined ? '–' : count(value)}
        </Text>
        {value !== undefined && before !== undefined && <Change now={value} before={before} />}
        {note && (
          <Text size="xs" c="dimmed" component="div">
            {note}
          </Text>
        )}
        {children && <div style={{ marginTop: 'auto', paddingTop: 4 }}>{children}</div>}
      </Stack>
    </Paper>
  );
}

function Change({ now, before }: { now: number; before: number }) {
  const share = change(now, before);
  return (
    <Text size="xs" c="dimmed">
      {share === undefined ? t('figure.none-before') : t('figure.change', { change: share, before })}
    </Text>
  );
}
