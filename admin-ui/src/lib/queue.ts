/** How one walks through a queue. Positions are ids, as rows come and go underneath. */

/** The row `step` further, stopping at the ends; the first one when none is current. */
export function move(ids: number[], at: number | undefined, step: 1 | -1): number | undefined {
  const index = at === undefined ? -1 : ids.indexOf(at);
  if (index < 0) return ids[0];
  return ids[Math.min(Math.max(index + step, 0), ids.length - 1)];
}

/** Where to stand when rows leave: the next that stays, else the one before, else nowhere. */
export function afterLeaving(ids: number[], leaving: number[], at: number | undefined): number | undefined {
  if (at === undefined || !leaving.includes(at)) return at;
  const index = ids.indexOf(at);
  const stays = (id: number) => !leaving.includes(id);
  return ids.slice(index + 1).find(stays) ?? ids.slice(0, Math.max(index, 0)).findLast(stays);
}

/** Whom a key press means: who is looked at, else who is ticked, else who is current. */
export function meant(open: number | undefined, ticked: number[], at: number | undefined): number[] {
  if (open !== undefined) return [open];
  if (ticked.length > 0) return ticked;
  return at === undefined ? [] : [at];
}

export function toggle(ticked: ReadonlySet<number>, id: number): Set<number> {
  const next = new Set(ticked);
  if (!next.delete(id)) next.add(id);
  return next;
}
