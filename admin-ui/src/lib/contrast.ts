/** Contrast of colours as WCAG 2.2 measures it, from 1 to 21; colours as "#1d4ed8". */

/** The least contrast of text with what it stands on (WCAG 2.2, 1.4.3). */
export const readable = 4.5;

export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

export function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better on a colour. */
export function inkOn(color: string): string {
  return contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000';
}

/** The nearest darker shade of a colour that is readable on white. */
export function readableShade(color: string): string {
  for (let part = 100; part > 0; part--) {
    const shade = `#${channels(color).map((value) => Math.floor((value * part) / 100).toString(16).padStart(2, '0')).join('')}`;
    if (contrast(shade, '#ffffff') >= readable) return shade;
  }
  return '#000000';
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = channels(color).map((value) => linear(value / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
