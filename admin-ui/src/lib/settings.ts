/** Settings as a tree of JSON, reached by paths such as "password.min_length". */
export type Tree = Record<string, unknown>;

/** What is to be changed, by path; null takes a setting, or a whole section, back to its default. */
export type Edits = Readonly<Record<string, unknown>>;

export type Change = { path: string; from: unknown; to: unknown };

/** Settings with changes that are not saved yet, and what the server said about them. */
export type Draft = {
  value: (path: string) => unknown;
  set: (path: string, value: unknown) => void;
  setSection: (path: string, section: Tree | null) => void;
  /** What the server said about a setting, and all it said, by path. */
  error: (path: string) => string | undefined;
  errors: Readonly<Record<string, string>>;
  /** What is left to be said that belongs to no change. */
  problem: unknown;
  changes: Change[];
  dirty: boolean;
  saving: boolean;
  save: () => void;
  discard: () => void;
};

export function at(tree: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((branch, name) => (isTree(branch) ? branch[name] : undefined), tree);
}

/** What a path says once the edits are made. */
export function edited(saved: unknown, edits: Edits, path: string): unknown {
  if (path in edits) return edits[path];
  const gone = Object.keys(edits).some((above) => edits[above] === null && path.startsWith(`${above}.`));
  return gone ? undefined : at(saved, path);
}

/** The edits with one more; one that changes nothing is none. */
export function edit(saved: unknown, edits: Edits, path: string, value: unknown): Edits {
  const rest = Object.fromEntries(Object.entries(edits).filter(([name]) => name !== path));
  const before = at(saved, path);
  return same(value, before) || (value === '' && before === undefined) ? rest : { ...rest, [path]: value };
}

/** The edits with a section put in place or, by null, taken away. */
export function editSection(saved: unknown, edits: Edits, path: string, section: Tree | null): Edits {
  const rest = Object.fromEntries(Object.entries(edits).filter(([name]) => name !== path && !name.startsWith(`${path}.`)));
  if (section === null) return isTree(at(saved, path)) ? { ...rest, [path]: null } : rest;
  return Object.entries(section).reduce((made: Edits, [name, value]) => edit(saved, made, `${path}.${name}`, value), rest);
}

/** A JSON merge patch (RFC 7396) of the edits. */
export function patchOf(edits: Edits): Tree {
  const patch: Tree = {};
  for (const [path, value] of Object.entries(edits)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let branch = patch;
    for (const name of names) {
      const next = branch[name];
      branch = isTree(next) ? next : (branch[name] = {} as Tree);
    }
    branch[last] = value;
  }
  return patch;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
