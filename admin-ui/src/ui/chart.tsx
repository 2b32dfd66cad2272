import { Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '../lib/i18n';
import { longDay, shortDay } from '../lib/interval';
import { count, rough, scaleTop } from '../lib/numbers';
import classes from './chart.module.css';

export type Series = { name: string; values: number[] };

type ChartProps = { label: string; days: string[]; series: Series[]; /** Of bad news. */ tone?: 'bad' };

/** How many kinds have a colour of their own; the rest is one. */
const kinds = 5;

const colour = (n: number, tone?: 'bad') => `var(--keyhall-chart-${tone ?? n + 1})`;

/** Bars by day, one on top of the other. Who cannot see or point at them opens the same numbers as a table. */
export function Chart({ label, days, series, tone }: ChartProps) {
  const [at, setAt] = useState<number>();
  const shown = few(series);
  const sums = days.map((_, day) => total(shown, day));
  const top = scaleTop(Math.max(0, ...sums));
  const whole = sums.reduce((a, b) => a + b, 0);
  const last = days.length - 1;
  return (
    <Stack gap="xs">
      <Legend series={shown} at={at} days={days} tone={tone} />
      <div className={classes.plot}>
        {[0, 50, 100].map((height) => (
          <div key={height} className={classes.grid} style={{ top: `${100 - height}%` }}>
            {height > 0 && (
              <span className={classes.scale} aria-hidden>
                {rough((top * height) / 100)}
              </span>
            )}
          </div>
        ))}
        <svg
          className={classes.bars}
          viewBox={`0 0 ${days.length} ${top}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('chart.says', { label, count: whole, from: longDay(days[0] ?? ''), to: longDay(days[last] ?? '') })}
          onMouseLeave={() => setAt(undefined)}
        >
          {days.map((day, n) => (
            <g key={day} onMouseEnter={() => setAt(n)}>
              <rect className={classes.day} x={n} y={0} width={1} height={top} />
              <Bar series={shown} day={n} top={top} tone={tone} />
            </g>
          ))}
        </svg>
      </div>
      <div className={classes.ends} aria-hidden>
        <span>{shortDay(days[0] ?? '')}</span>
        {last > 1 && <span>{shortDay(days[Math.floor(last / 2)] ?? '')}</span>}
        {last > 0 && <span>{shortDay(days[last] ?? '')}</span>}
      </div>
      <Numbers label={label} days={days} series={shown} />
    </Stack>
  );
}

function Bar({ series, day, top, tone }: { series: Series[]; day: number; top: number; tone?: 'bad' }) {
  let below = 0;
  return series.map(({ name, values }, n) => {
    const value = values[day] ?? 0;
    below += value;
    return value > 0 && <rect key={name} x={day + 0.12} width={0.76} y={top - below} height={value} fill={colour(n, tone)} pointerEvents="none" />;
  });
}

/** What the colours mean, with the numbers of the whole, or of the day that is pointed at. */
function Legend({ series, at, days, tone }: { series: Series[]; at: number | undefined; days: string[]; tone?: 'bad' }) {
  return (
    <Group gap="md" mih={22}>
      {series.map(({ name, values }, n) => (
        <Group key={name} gap={6} wrap="nowrap">
          <span className={classes.key} style={{ background: colour(n, tone) }} />
          <Text size="sm">
            {name} <b>{count(at === undefined ? values.reduce((a, b) => a + b, 0) : (values[at] ?? 0))}</b>
          </Text>
        </Group>
      ))}
      {at !== undefined && (
        <Text size="sm" c="dimmed" ml="auto">
          {longDay(days[at] ?? '')}
        </Text>
      )}
    </Group>
  );
}

function Numbers({ label, days, series }: ChartProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.open}>{t('chart.numbers')}</summary>
      {open && (
        // Scrolled by keyboard too.
        <div className={classes.numbers} tabIndex={0} role="region" aria-label={label}>
          <Table verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('chart.day')}</Table.Th>
                {series.map(({ name }) => (
                  <Table.Th key={name} scope="col" ta="right">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {days.map((day, n) => (
                <Table.Tr key={day}>
                  <Table.Th scope="row" fw={400}>
                    {longDay(day)}
                  </Table.Th>
                  {series.map(({ name, values }) => (
                    <Table.Td key={name} ta="right">
                      {count(values[n] ?? 0)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </details>
  );
}

const total = (series: Series[], day: number) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0);

/** Too many colours say nothing: the rarest kinds are put together. */
function few(series: Series[]): Series[] {
  if (series.length <= kinds) return series;
  const rare = series.slice(kinds - 1);
  const values = (rare[0]?.values ?? []).map((_, day) => total(rare, day));
  return [...series.slice(0, kinds - 1), { name: t('chart.others'), values }];
}
