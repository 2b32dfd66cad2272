import { t } from './i18n';

/** Units of time in seconds, the largest first. */
export const units = [86_400, 3_600, 60, 1] as const;
export type Unit = (typeof units)[number];

/** The largest unit in which a number of seconds is whole. */
export function unitOf(seconds: number): Unit {
  return units.find((unit) => seconds >= unit && seconds % unit === 0) ?? 1;
}

/** "3 days", "15 minutes". */
export function inWords(seconds: number): string {
  const unit = unitOf(seconds);
  return t(`duration.${unit}`, { count: seconds / unit });
}

export function unitName(unit: Unit): string {
  return t(`unit.${unit}`);
}
