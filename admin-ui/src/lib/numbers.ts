import { locale } from './i18n';

const whole = new Intl.NumberFormat(locale);
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });

export const count = (n: number) => whole.format(n);

/** For the scale of a chart: 1.2K. */
export const rough = (n: number) => short.format(n);

/** How much more or less than before, as in +12 %; undefined where there was nothing to compare with. */
export function change(now: number, before: number): string | undefined {
  return before === 0 ? undefined : share.format((now - before) / before);
}

/** The top of a scale: the next of 1, 2, 5, 10, 20, … that nothing goes beyond; at least 4, so that its half is a whole number. */
export function scaleTop(highest: number): number {
  if (highest <= 4) return 4;
  const unit = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * unit >= highest) ?? 10) * unit;
}
