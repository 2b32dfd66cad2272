import { t } from '../../lib/i18n';
import type { EventType } from './queries';

/** In the order of an account's life. */
export const eventTypes: EventType[] = [
  'user.created',
  'user.invited',
  'user.joined',
  'user.verified',
  'user.approved',
  'user.rejected',
  'user.signed_in',
  'user.password_changed',
  'user.social_connected',
  'user.social_disconnected',
  'user.updated',
  'user.deleted',
];

const words: Record<string, () => string> = {
  'user.created': () => t('webhooks.created'),
  'user.verified': () => t('webhooks.verified'),
  'user.approved': () => t('webhooks.approved'),
  'user.rejected': () => t('webhooks.rejected'),
  'user.signed_in': () => t('webhooks.signed-in'),
  'user.password_changed': () => t('webhooks.password-changed'),
  'user.updated': () => t('webhooks.updated'),
  'user.invited': () => t('webhooks.invited'),
  'user.joined': () => t('webhooks.joined'),
  'user.social_connected': () => t('webhooks.social-connected'),
  'user.social_disconnected': () => t('webhooks.social-disconnected'),
  'user.deleted': () => t('webhooks.deleted'),
  'webhook.test': () => t('webhooks.tried'),
};

/** What an event is called; one that this page does not know yet keeps its type. */
export const eventWord = (type: string) => words[type]?.() ?? type;
