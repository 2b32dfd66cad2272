import { show } from '../../lib/changes';
import { inWords } from '../../lib/durations';
import { settingTabs } from '../../lib/search';
import { has, type MessageKey, t } from '../../lib/i18n';

/** How a setting is chosen. */
export type Field =
  | { path: string; kind: 'switch' | 'duration' | 'text' | 'timezone' | 'origins' | 'domains' | 'types' | 'regions' | 'returns' | 'region' | 'language' }
  | { path: string; kind: 'number'; min: number; max: number }
  | { path: string; kind: 'radio' | 'select'; options: readonly (string | number)[] };

type Part = { title: string; fields: readonly Field[] };
type Tab = (typeof tabs)[number];

export const tabs = settingTabs;

/** What stands on tabs that are nothing but fields. */
export const parts: Partial<Record<Tab, readonly Part[]>> = {
  accounts: [
    {
      title: 'settings.part.sign-up',
      fields: [
        { path: 'registration.open', kind: 'switch' },
        { path: 'privacy.hide_account_existence', kind: 'switch' },
        { path: 'email.verification', kind: 'radio', options: ['none', 'optional', 'mandatory'] },
      ],
    },
    {
      title: 'settings.part.approval',
      fields: [
        { path: 'approval.required_for', kind: 'types' },
        { path: 'approval.domains', kind: 'domains' },
        { path: 'approval.pending_may_sign_in', kind: 'switch' },
        { path: 'approval.remind_after_hours', kind: 'number', min: 0, max: 2160 },
      ],
    },
    {
      title: 'settings.part.passwords',
      fields: [
        { path: 'password.min_length', kind: 'number', min: 1, max: 256 },
        { path: 'password.check_common', kind: 'switch' },
        { path: 'password.check_similarity', kind: 'switch' },
      ],
    },
    { title: 'settings.part.admins', fields: [{ path: 'admins.second_factor', kind: 'switch' }] },
  ],
  lifetimes: [
    {
      title: 'settings.part.sessions',
      fields: (['access', 'refresh', 'opaque_idle', 'opaque'] as const).map((name) => ({ path: `lifetimes.${name}_seconds`, kind: 'duration' as const })),
    },
    {
      title: 'settings.part.proofs',
      fields: (['email_key', 'reset', 'invitation', 'otp'] as const).map((name) => ({ path: `lifetimes.${name}_seconds`, kind: 'duration' as const })),
    },
  ],
  social: [{ title: 'settings.part.returns', fields: [{ path: 'social.return_to', kind: 'returns' }] }],
  addresses: [
    { title: 'settings.part.browsers', fields: [{ path: 'origins', kind: 'origins' }] },
    {
      title: 'settings.part.links',
      fields: (['verify_email', 'reset_password', 'change_email', 'sign_in'] as const).map((name) => ({ path: `links.${name}`, kind: 'text' as const })),
    },
    { title: 'settings.part.language', fields: [{ path: 'locale', kind: 'language' }] },
  ],
};

export type Contract = 'restauth' | 'coach' | 'drfuser' | 'fittrackee' | 'simplejwt';

/** The switches of each contract, besides whether it is served at all. */
export const contracts: Record<Contract, readonly Field[]> = {
  restauth: [
    { path: 'contracts.restauth.login_method', kind: 'select', options: ['username', 'email', 'username_email'] },
    { path: 'contracts.restauth.email_required', kind: 'switch' },
    { path: 'contracts.restauth.old_password_field_enabled', kind: 'switch' },
    { path: 'contracts.restauth.logout_on_password_change', kind: 'switch' },
    { path: 'contracts.restauth.logout_on_get', kind: 'switch' },
    { path: 'contracts.restauth.session_cookies', kind: 'switch' },
  ],
  coach: [],
  drfuser: [
    { path: 'contracts.drfuser.otp_length', kind: 'number', min: 4, max: 10 },
    { path: 'contracts.drfuser.otp_attempts', kind: 'number', min: 1, max: 10 },
    { path: 'contracts.drfuser.otp_cooldown_seconds', kind: 'duration' },
    { path: 'contracts.drfuser.otp_success_status', kind: 'select', options: [201, 202] },
    { path: 'contracts.drfuser.mobile_required', kind: 'switch' },
    { path: 'contracts.drfuser.registration_requires_otp', kind: 'switch' },
  ],
  fittrackee: [
    { path: 'contracts.fittrackee.token_seconds', kind: 'duration' },
    { path: 'contracts.fittrackee.timezone', kind: 'timezone' },
  ],
  simplejwt: [{ path: 'contracts.simplejwt.search_envelope', kind: 'switch' }],
};

export const contractNames = Object.keys(contracts) as Contract[];

const kinds = new Map(
  [...Object.values(parts).flatMap((list) => list.flatMap(({ fields }) => fields)), ...Object.values(contracts).flat()].map(({ path, kind }) => [path, kind]),
);

/** Every setting of this room that is a field of its own. */
export const paths = [...kinds.keys()];

/** Whether a setting can be chosen in this room. */
export function isShown(path: string): boolean {
  return paths.includes(path) || /^(smtp|sms|social)\./.test(path) || /^contracts\.\w+\.enabled$/.test(path);
}

/** Where to look for a setting. */
export function tabOf(path: string): Tab {
  const holds = (tab: Tab) => parts[tab]?.some(({ fields }) => fields.some((field) => field.path === path));
  const found = tabs.find(holds);
  if (found) return found;
  if (path.startsWith('social.')) return 'social';
  return path.startsWith('contracts.') ? 'contracts' : 'sending';
}

export function labelOf(path: string): string {
  const [, provider, field] = /^social\.providers\.(\w+)\.(.+)$/.exec(path) ?? [];
  if (provider !== undefined) return `${words(`social.name.${provider}`) ?? provider}: ${words(`social.${provider}.${field}`) ?? words(`social.${field}`) ?? field}`;
  return words(`settings.${path}`) ?? path;
}

export function hintOf(path: string): string | undefined {
  return words(`settings.${path}-hint`);
}

/** A choice of a setting; without words it is told as it is. */
export function optionOf(path: string, option: string | number): string {
  return words(`settings.${path}.${option}`) ?? String(option);
}

export function optionHintOf(path: string, option: string | number): string | undefined {
  return words(`settings.${path}.${option}-hint`);
}

/** A value in words; a secret is never told. */
export function shown(path: string, value: unknown): string {
  if (/\.(password|secret|client_secret)$/.test(path)) return value ? '••••••' : '';
  if (typeof value === 'boolean') return value ? t('settings.on') : t('settings.off');
  if (typeof value === 'number' && path.endsWith('_seconds')) return inWords(value);
  if (path === 'approval.required_for' && Array.isArray(value)) return value.map((type) => optionOf(path, String(type))).join(', ');
  if (typeof value === 'string' || typeof value === 'number') return value === '' ? '' : optionOf(path, value);
  if (value === null && path === 'smtp') return t('settings.smtp-platform');
  return show(value);
}

/** A message by a key made at run time; undefined where the catalogue has none. */
export function words(key: string): string | undefined {
  return has(key) ? t(key as MessageKey as 'close') : undefined;
}
