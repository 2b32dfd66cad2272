/**
 * QR codes (ISO/IEC 18004) for texts that a phone reads off a screen: bytes, error correction L,
 * versions 1 to 13, which is up to 425 bytes. Gives rows of modules, true for dark.
 */
export function qr(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  const version = versions.findIndex((_, index) => bytes.length <= capacity(index + 1)) + 1;
  if (version === 0) throw new RangeError('The text is too long for a QR code.');
  const drawing = new Drawing(version);
  drawing.place(interleave(codewords(bytes, version), version));
  return drawing.bestMask();
}

/** Of each version at level L: codewords of error correction in a block, and how many blocks there are. */
const versions = [
  [7, 1], [10, 1], [15, 1], [20, 1], [26, 1], [18, 2], [20, 2], [24, 2], [30, 2], [18, 4], [20, 4], [24, 4], [26, 4],
] as const;

const format = 0b01; // level L

const blocksOf = (version: number) => versions[version - 1] ?? [0, 1];
const sizeOf = (version: number) => 17 + 4 * version;

/** All codewords of a version: what is left of the square beside its patterns. */
function totalCodewords(version: number): number {
  const aligned = version === 1 ? 0 : Math.floor(version / 7) + 2;
  let modules = (16 * version + 128) * version + 64;
  if (aligned > 0) modules -= (25 * aligned - 10) * aligned - 55;
  if (version >= 7) modules -= 36;
  return Math.floor(modules / 8);
}

function dataCodewords(version: number): number {
  const [correction, blocks] = blocksOf(version);
  return totalCodewords(version) - correction * blocks;
}

const lengthBits = (version: number) => (version < 10 ? 8 : 16);
const capacity = (version: number) => Math.floor((8 * dataCodewords(version) - 4 - lengthBits(version)) / 8);

/** The text as codewords: mode, length, bytes, terminator, padding. */
function codewords(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, lengthBits(version));
  for (const byte of bytes) push(byte, 8);
  const room = 8 * dataCodewords(version);
  push(0, Math.min(4, room - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) push(pad, 8);
  const words: number[] = [];
  for (let i = 0; i < bits.length; i += 8) words.push(bits.slice(i, i + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  return words;
}

/** Cuts the codewords into blocks, gives each its error correction, and shuffles them as a reader expects. */
function interleave(data: number[], version: number): number[] {
  const [correction, count] = blocksOf(version);
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  const divisor = generator(correction);
  const blocks: number[][] = [];
  const corrections: number[][] = [];
  for (let i = 0, start = 0; i < count; i++) {
    const block = data.slice(start, (start += short + (i >= count - longer ? 1 : 0)));
    blocks.push(block);
    corrections.push(remainder(block, divisor));
  }
  return [...columns(blocks), ...columns(corrections)];
}

function columns(blocks: number[][]): number[] {
  const longest = Math.max(...blocks.map(({ length }) => length));
  const all: number[] = [];
  for (let i = 0; i < longest; i++) for (const block of blocks) if (i < block.length) all.push(block[i] ?? 0);
  return all;
}

/** Multiplication in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> i) & 1) * a;
  }
  return product;
}

/** The Reed-Solomon generator polynomial of a degree, without its leading 1. */
function generator(degree: number): number[] {
  const result: number[] = Array.from({ length: degree }, (_, i) => (i === degree - 1 ? 1 : 0));
  for (let i = 0, root = 1; i < degree; i++, root = multiply(root, 2)) {
    for (let j = 0; j < degree; j++) result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0);
  }
  return result;
}

function remainder(data: number[], divisor: number[]): number[] {
  const result = divisor.map(() => 0);
  for (const word of data) {
    const factor = word ^ (result.shift() ?? 0);
    result.push(0);
    divisor.forEach((coefficient, i) => (result[i] = (result[i] ?? 0) ^ multiply(coefficient, factor)));
  }
  return result;
}

const masks: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** The square while it is drawn: what is fixed, and what is data. */
class Drawing {
  readonly size: number;
  private readonly dark: boolean[][];
  private readonly fixed: boolean[][];

  constructor(private readonly version: number) {
    this.size = sizeOf(version);
    this.dark = square(this.size);
    this.fixed = square(this.size);
    this.patterns();
  }

  /** Fills the free modules with the bits of the codewords, in columns of two, upwards and downwards in turn. */
  place(words: number[]) {
    let i = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5; // the timing pattern's column
      for (let step = 0; step < this.size; step++) {
        const upward = ((right + 1) & 2) === 0;
        const y = upward ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.fixed[y]?.[x]) continue;
          this.set(x, y, (((words[i >>> 3] ?? 0) >>> (7 - (i & 7))) & 1) === 1);
          i++;
        }
      }
    }
  }

  /** The mask under which a reader is least likely to be misled. */
  bestMask(): boolean[][] {
    const drawn = masks.map((mask, number) => {
      this.formatBits(number);
      return this.dark.map((row, y) => row.map((module, x) => module !== (!this.fixed[y]?.[x] && mask(x, y))));
    });
    return drawn.reduce((best, next) => (penalty(next) < penalty(best) ? next : best));
  }

  private set(x: number, y: number, dark: boolean) {
    const row = this.dark[y];
    if (row && x >= 0 && x < this.size) row[x] = dark;
  }

  private fix(x: number, y: number, dark: boolean) {
    this.set(x, y, dark);
    const row = this.fixed[y];
    if (row && x >= 0 && x < this.size) row[x] = true;
  }

  private patterns() {
    for (let i = 0; i < this.size; i++) {
      this.fix(6, i, i % 2 === 0);
      this.fix(i, 6, i % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [this.size - 4, 3], [3, this.size - 4]] as const) this.finder(x, y);
    const middles = alignments(this.version);
    const last = middles.length - 1;
    middles.forEach((x, i) =>
      middles.forEach((y, j) => {
        const atFinder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
        if (!atFinder) this.alignment(x, y);
      }),
    );
    this.formatBits(0);
    this.versionBits();
  }

  private finder(x: number, y: number) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        this.fix(x + dx, y + dy, ring !== 2 && ring !== 4);
      }
    }
  }

  private alignment(x: number, y: number) {
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) this.fix(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
  }

  private formatBits(mask: number) {
    const data = (format << 3) | mask;
    const bits = ((data << 10) | code(data, 10, 0x537)) ^ 0x5412;
    const bit = (i: number) => ((bits >>> i) & 1) === 1;
    for (let i = 0; i <= 5; i++) this.fix(8, i, bit(i));
    this.fix(8, 7, bit(6));
    this.fix(8, 8, bit(7));
    this.fix(7, 8, bit(8));
    for (let i = 9; i < 15; i++) this.fix(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i++) this.fix(this.size - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i++) this.fix(8, this.size - 15 + i, bit(i));
    this.fix(8, this.size - 8, true);
  }

  private versionBits() {
    if (this.version < 7) return;
    const bits = (this.version << 12) | code(this.version, 12, 0x1f25);
    for (let i = 0; i < 18; i++) {
      const dark = ((bits >>> i) & 1) === 1;
      const [a, b] = [this.size - 11 + (i % 3), Math.floor(i / 3)];
      this.fix(a, b, dark);
      this.fix(b, a, dark);
    }
  }
}

function square(size: number): boolean[][] {
  return Array.from({ length: size }, () => Array.from({ length: size }, () => false));
}

/** The remainder that the BCH codes of format and version append. */
function code(data: number, bits: number, polynomial: number): number {
  let rest = data;
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >>> (bits - 1)) * polynomial);
  return rest;
}

/** The middles of the alignment patterns, along either side. */
function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((4 * version + 4) / (2 * count - 2)) * 2;
  const rest = Array.from({ length: count - 1 }, (_, i) => sizeOf(version) - 7 - i * step);
  return [6, ...rest.reverse()];
}

/** How much a drawing would mislead a reader: runs, blocks, false finders, too much of one colour. */
function penalty(modules: boolean[][]): number {
  const size = modules.length;
  const turned = modules.map((_, x) => modules.map((row) => row[x] ?? false));
  const lines = [...modules, ...turned];
  let sum = lines.reduce((total, line) => total + runs(line) + falseFinders(line), 0);
  for (let y = 0; y < size - 1; y++) {
    for (let x = 0; x < size - 1; x++) {
      const corner = modules[y]?.[x];
      if (corner === modules[y]?.[x + 1] && corner === modules[y + 1]?.[x] && corner === modules[y + 1]?.[x + 1]) sum += 3;
    }
  }
  const dark = modules.flat().filter(Boolean).length;
  return sum + Math.floor(Math.abs((dark / (size * size)) * 20 - 10)) * 10;
}

function runs(line: boolean[]): number {
  let sum = 0;
  for (let start = 0, i = 1; i <= line.length; i++) {
    if (i < line.length && line[i] === line[start]) continue;
    if (i - start >= 5) sum += i - start - 2;
    start = i;
  }
  return sum;
}

function falseFinders(line: boolean[]): number {
  const text = line.map((dark) => (dark ? '1' : '0')).join('');
  let sum = 0;
  for (const pattern of ['10111010000', '00001011101']) {
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) sum += 40;
  }
  return sum;
}
