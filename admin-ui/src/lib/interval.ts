import { locale } from './i18n';

/** Whole days of UTC, as the server counts them. */
export type Interval = { from: string; to: string };
export type IntervalSearch = { days?: (typeof spans)[number]; from?: string; to?: string };

export const spans = [7, 30, 90] as const;
export const usualSpan = 30;

/** The most days that can be asked for. */
const longest = 366;

const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

export const shortDay = (day: string) => short.format(new Date(day));
export const longDay = (day: string) => long.format(new Date(day));

export function shift(day: string, by: number): string {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
}

export const today = (now: Date = new Date()) => now.toISOString().slice(0, 10);

/** What an address asks for. Days in the wrong order are taken the other way round, and too many are cut at the beginning. */
export function intervalOf({ days, from, to }: IntervalSearch, now: string = today()): Interval {
  if (from === undefined && to === undefined) return { from: shift(now, 1 - (days ?? usualSpan)), to: now };
  const one = to ?? now;
  const other = from ?? shift(one, 1 - usualSpan);
  const [first, last] = other <= one ? [other, one] : [one, other];
  const earliest = shift(last, 1 - longest);
  return { from: first < earliest ? earliest : first, to: last };
}
