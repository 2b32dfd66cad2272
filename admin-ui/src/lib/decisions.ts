/** What can be decided about a person, and what became of it. Nothing here asks the server. */
export type Decision = 'approve' | 'reject' | 'pending';
export type Approval = 'not_required' | 'pending' | 'approved' | 'rejected';
export type Result = { user_id: number; outcome: 'changed' | 'unchanged' | 'failed'; error?: { code: string; title: string } };

export const outcomeOf = { approve: 'approved', reject: 'rejected', pending: 'pending' } as const satisfies Record<Decision, Approval>;
const decisionFor: Partial<Record<Approval, Decision>> = { approved: 'approve', rejected: 'reject', pending: 'pending' };

/** Whether a decision would change anything; nobody decides about those who need no approval. */
export function applies(decision: Decision, approval: Approval): boolean {
  return approval !== 'not_required' && outcomeOf[decision] !== approval;
}

/** The decision that takes another one back, when all it changed came from the same state. */
export function undoOf(before: Approval[]): Decision | undefined {
  const states = new Set(before);
  const [only] = states;
  return states.size === 1 && only ? decisionFor[only] : undefined;
}

export type Tally = { changed: number[]; unchanged: number[]; failed: { id: number; why: string }[] };

export function tally(results: Result[]): Tally {
  const ids = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).map((result) => result.user_id);
  const failed = results.filter((result) => result.outcome === 'failed').map((result) => ({ id: result.user_id, why: result.error?.title ?? '' }));
  return { changed: ids('changed'), unchanged: ids('unchanged'), failed };
}
