import { locale } from './i18n';

const names = new Intl.DisplayNames([locale], { type: 'region', fallback: 'none' });
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

// Codes that have a name but are no country that a number could be in (ISO 3166-1, exceptional and private use).
const others = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);

/** The countries of ISO 3166 by their names here. */
export const countries = letters
  .flatMap((a) => letters.map((b) => a + b))
  .filter((code) => !others.has(code) && names.of(code) !== undefined)
  .map((code) => ({ value: code, label: countryName(code) }))
  .sort((a, b) => a.label.localeCompare(b.label, locale));

/** "Germany (DE)"; a code that is none stays as it is. */
export function countryName(code: string): string {
  try {
    const name = names.of(code);
    return name ? `${name} (${code})` : code;
  } catch {
    return code;
  }
}
