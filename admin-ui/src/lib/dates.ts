import { locale } from './i18n';

const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const dayFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const exactFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** "5 minutes ago", "yesterday"; a calendar day once it is more than four weeks away. */
export function relative(iso: string, now: Date = new Date()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return relativeFormat.format(0, 'second');
  if (distance < hour) return relativeFormat.format(round(seconds / minute), 'minute');
  if (distance < day) return relativeFormat.format(round(seconds / hour), 'hour');
  if (distance < 28 * day) return relativeFormat.format(round(seconds / day), 'day');
  return dayFormat.format(new Date(iso));
}

/** The full date and time with its zone, for the eye that wants to know. */
export function exact(iso: string): string {
  return exactFormat.format(new Date(iso));
}

/** Where a calendar day begins here, and where the one after it does; `day` as 2026-11-27. */
export function startOf(day: string, later = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** To the nearest, the past like the future, but never to zero: "0 minutes ago" says nothing. */
function round(value: number): number {
  return Math.sign(value) * Math.max(Math.round(Math.abs(value)), 1);
}
