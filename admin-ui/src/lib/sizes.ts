import { locale } from './i18n';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size of files, as in 68 MB. */
export function bytes(n: number): string {
  const step = Math.min(n < 1 ? 0 : Math.floor(Math.log10(n) / 3), units.length - 1);
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step], unitDisplay: step ? 'short' : 'long', maximumFractionDigits: step > 1 ? 1 : 0 }).format(n / 1000 ** step);
}
