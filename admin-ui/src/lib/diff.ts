/** A run of text that both have, or only one of them. */
export type Part = { kind: 'same' | 'gone' | 'new'; text: string };

/** Beyond this many cells a comparison would be felt in the browser; it is told in larger pieces instead. */
const most = 4_000_000;

/** How one text became another: by lines, and by words within lines that changed. */
export function diff(before: string, after: string): Part[] {
  const parts: Part[] = [];
  let gone: string[] = [];
  let fresh: string[] = [];
  const flush = () => {
    parts.push(...words(gone.join(''), fresh.join('')));
    gone = [];
    fresh = [];
  };
  for (const { kind, text } of compare(lines(before), lines(after))) {
    if (kind === 'gone') gone.push(text);
    else if (kind === 'new') fresh.push(text);
    else {
      flush();
      parts.push({ kind, text });
    }
  }
  flush();
  return join(parts);
}

function words(before: string, after: string): Part[] {
  return compare(tokens(before), tokens(after));
}

function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Placeholders, words and what stands between them; scripts without spaces go by character. */
function tokens(text: string): string[] {
  return text.match(/\{\w+\??\}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+|\s+|./gsu) ?? [];
}

/** The longest common subsequence by a table, after what begins and ends alike is set aside. */
function compare(a: string[], b: string[]): Part[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (list: string[]): Part[] => list.map((text) => ({ kind: 'same', text }));
  return [
    ...same(a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(end > 0 ? a.slice(-end) : []),
  ];
}

function middle(a: string[], b: string[]): Part[] {
  const gone = (text: string): Part => ({ kind: 'gone', text });
  const fresh = (text: string): Part => ({ kind: 'new', text });
  if (a.length * b.length > most) return [...a.map(gone), ...b.map(fresh)];
  const width = b.length + 1;
  const length = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) length[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: Part[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      parts.push({ kind: 'same', text: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      parts.push(gone(left));
      i++;
    } else if (right !== undefined) {
      parts.push(fresh(right));
      j++;
    }
  }
  return parts;
}

function join(parts: Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else joined.push({ ...part });
  }
  return joined;
}
