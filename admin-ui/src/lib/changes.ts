/** What an audit entry's details say was changed: a field, its value before and after. */
export type Change = { field: string; from: unknown; to: unknown };

type Details = Record<string, unknown>;

/** Takes `from` and `to` apart, down to the fields that differ. */
export function changes({ from, to }: Details): Change[] {
  if (from === undefined && to === undefined) return [];
  return compare('', from, to);
}

/** The members of the details that are no change, as far as they are worth showing. */
export function facts(details: Details): [name: string, value: unknown][] {
  return Object.entries(details).filter(([name]) => name !== 'from' && name !== 'to');
}

function compare(field: string, from: unknown, to: unknown): Change[] {
  if (!branches(from) && !branches(to)) return [{ field, from, to }];
  const before = branches(from) ? from : {};
  const after = branches(to) ? to : {};
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .flatMap((name) => compare(field ? `${field}.${name}` : name, before[name], after[name]));
}

function branches(value: unknown): value is Details {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of JSON in a line of text; "" for none. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(show).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
