import { t } from '../lib/i18n';
import { Status, type Tone } from './status';

type Standing = { active: boolean; invited_until: string | null; approval: 'not_required' | 'pending' | 'approved' | 'rejected' };

/** Whether the account may be used, and if not, what stands against it. The gravest reason wins. */
export function UserState({ user }: { user: Standing }) {
  const [tone, label] = standing(user);
  return <Status tone={tone}>{label}</Status>;
}

function standing({ active, approval, invited_until }: Standing): [Tone, string] {
  if (!active) return ['off', t('users.disabled')];
  if (approval === 'pending') return ['wait', t('users.pending')];
  if (approval === 'rejected') return ['bad', t('users.rejected')];
  if (invited_until !== null) return ['wait', new Date(invited_until) < new Date() ? t('users.lapsed') : t('users.invited')];
  return ['good', t('users.active')];
}

/** The decision alone, for rooms that are about decisions. */
export function ApprovalState({ approval }: Pick<Standing, 'approval'>) {
  const [tone, label] = decisions[approval];
  return <Status tone={tone}>{label()}</Status>;
}

const decisions: Record<Standing['approval'], [Tone, () => string]> = {
  not_required: ['off', () => t('approval.not_required')],
  pending: ['wait', () => t('approval.pending')],
  approved: ['good', () => t('approval.approved')],
  rejected: ['bad', () => t('approval.rejected')],
};
