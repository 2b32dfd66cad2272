import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../lib/i18n';
import { intervalOf, type IntervalSearch, spans, today, usualSpan } from '../../lib/interval';

/** Which days are looked at; the address says so. */
export function IntervalPicker({ search }: { search: IntervalSearch }) {
  const navigate = useNavigate();
  const set = (next: IntervalSearch, replace = false) => void navigate({ to: '.', search: ({ by }) => ({ by, ...next }), replace, resetScroll: false });
  const own = search.from !== undefined || search.to !== undefined;
  const interval = intervalOf(search);
  const pick = (value: string) => {
    const days = spans.find((span) => String(span) === value);
    if (days === undefined) return set(interval);
    set(days === usualSpan ? {} : { days });
  };
  return (
    <Group gap="xs">
      <SegmentedControl
        aria-label={t('interval.label')}
        value={own ? 'own' : String(search.days ?? usualSpan)}
        onChange={pick}
        data={[...spans.map((count) => ({ value: String(count), label: t('interval.days', { count }) })), { value: 'own', label: t('interval.own') }]}
      />
      {own && (
        <>
          <Day label={t('interval.from')} value={interval.from} max={interval.to} onPick={(from) => set({ from, to: from > interval.to ? from : interval.to }, true)} />
          <Day label={t('interval.to')} value={interval.to} min={interval.from} max={today()} onPick={(to) => set({ from: to < interval.from ? to : interval.from, to }, true)} />
        </>
      )}
    </Group>
  );
}

type DayProps = { label: string; value: string; min?: string; max?: string; onPick: (day: string) => void };

function Day({ label, value, min, max, onPick }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      w={150}
      value={value}
      min={min}
      max={max}
      onChange={({ currentTarget: { value } }) => /^[12]\d{3}-\d\d-\d\d$/.test(value) && onPick(value)}
    />
  );
}
