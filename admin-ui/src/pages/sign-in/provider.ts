import { type SocialProvider, socialProviders } from '../../lib/search';
import { type Draft, isTree } from '../../lib/settings';
import { words } from './fields';

type Own = 'client_id' | 'issuer' | 'team_id' | 'key_id';
type Extra = 'also_for' | 'trust_email' | 'callback_url';

type Facts = {
  /** What it asks for besides a secret, and which of it may stay empty. */
  asks: readonly Own[];
  optional?: Own;
  /** What can be chosen once it works. */
  extras: readonly Extra[];
  /** Where the app is made. */
  console?: string;
  steps: number;
};

/** What each provider needs, and how it is set up. */
export const facts: Record<SocialProvider, Facts> = {
  google: { asks: ['client_id'], extras: ['trust_email', 'also_for', 'callback_url'], console: 'https://console.cloud.google.com/apis/credentials', steps: 3 },
  facebook: { asks: ['client_id'], extras: ['also_for', 'callback_url'], console: 'https://developers.facebook.com/apps/', steps: 3 },
  twitter: { asks: ['client_id'], extras: [], console: 'https://developer.x.com/', steps: 3 },
  github: { asks: ['client_id'], extras: ['trust_email'], console: 'https://github.com/settings/developers', steps: 3 },
  microsoft: { asks: ['client_id', 'issuer'], optional: 'issuer', extras: ['trust_email', 'also_for'], console: 'https://entra.microsoft.com/', steps: 4 },
  apple: { asks: ['client_id', 'team_id', 'key_id'], extras: ['trust_email', 'also_for'], console: 'https://developer.apple.com/account/resources/', steps: 4 },
  linkedin: { asks: ['client_id'], extras: ['trust_email'], console: 'https://www.linkedin.com/developers/apps', steps: 3 },
  discord: { asks: ['client_id'], extras: ['trust_email', 'also_for'], console: 'https://discord.com/developers/applications', steps: 3 },
  oidc: { asks: ['issuer', 'client_id'], extras: ['trust_email', 'also_for'], steps: 3 },
};

export function pathOf(name: SocialProvider, field?: string): string {
  return `social.providers.${name}${field === undefined ? '' : `.${field}`}`;
}

/** Whose setting a path is. */
export function providerOf(path: string): SocialProvider | undefined {
  const name = /^social\.providers\.(\w+)/.exec(path)?.[1];
  return socialProviders.find((one) => one === name);
}

export function nameOf(name: SocialProvider): string {
  return words(`social.name.${name}`) ?? name;
}

export type State = 'off' | 'on' | 'incomplete' | 'unsaved';

/** Whether people can sign in with it, as far as the settings say. */
export function stateOf(draft: Draft, name: SocialProvider): State {
  if (!isChanged(draft, name)) return isSaved(draft, name) ? 'on' : 'off';
  const { asks, optional } = facts[name];
  const missing = asks.some((field) => field !== optional && !draft.value(pathOf(name, field))) || (!keepsSecret(draft, name) && !draft.value(pathOf(name, 'client_secret')));
  return missing ? 'incomplete' : 'unsaved';
}

export function isSaved(draft: Draft, name: SocialProvider): boolean {
  return isTree(draft.value(pathOf(name)));
}

export function isChanged(draft: Draft, name: SocialProvider): boolean {
  return draft.changes.some(({ path }) => providerOf(path) === name);
}

/** With another id or issuer the secret that is stored goes. */
export function keepsSecret(draft: Draft, name: SocialProvider): boolean {
  return isSaved(draft, name) && !draft.changes.some(({ path }) => path === pathOf(name, 'client_id') || path === pathOf(name, 'issuer'));
}

const before = 'https://login.microsoftonline.com/';
const after = '/v2.0';

/** Microsoft's directories are known by an id; the issuer is made of it. */
export function directoryOf(issuer: string): string {
  return issuer.startsWith(before) && issuer.endsWith(after) ? issuer.slice(before.length, -after.length) : issuer;
}

export function issuerOf(directory: string): string {
  const id = directoryOf(directory.trim());
  return id === '' ? '' : `${before}${id.toLowerCase()}${after}`;
}
