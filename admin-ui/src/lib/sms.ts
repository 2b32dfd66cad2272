/** How a text goes over the air: in how many messages, each of which is paid for. */
export type Parts = { encoding: 'GSM-7' | 'UCS-2'; /** Septets, or 16-bit units. */ units: number; count: number };

// The basic table of 3GPP TS 23.038, 6.2.1, but for the escape; characters of the extension (6.2.1.1) take two septets.
const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const extra = new Set('\f^{}\\[~]|€');

/**
 * Counts the parts of a text. One message holds 160 septets or 70 units of UCS-2; of several, each spends some on
 * telling its place (3GPP TS 23.040, 9.2.3.24.1), and none is divided within a character.
 */
export function smsParts(text: string): Parts {
  const characters = [...text];
  if (characters.every((one) => basic.has(one) || extra.has(one))) {
    return fill('GSM-7', characters.map((one) => (extra.has(one) ? 2 : 1)), 160, 153);
  }
  return fill('UCS-2', characters.map((one) => one.length), 70, 67);
}

function fill(encoding: Parts['encoding'], widths: number[], alone: number, among: number): Parts {
  let [units, count, used] = [0, 1, 0];
  for (const width of widths) {
    units += width;
    if (used + width > among) [count, used] = [count + 1, 0];
    used += width;
  }
  return { encoding, units, count: units <= alone ? 1 : count };
}
