import { type IntervalSearch, spans } from './interval';

/**
 * What addresses may say. Anything else in them is dropped, so that a mistyped or old link opens
 * the room all the same.
 */
type Raw = Record<string, unknown>;

/** A place in a list: the cursor that leads there, and the page's number for people. */
export type Place = { cursor?: string; page?: number };

export type TenantsSearch = Place & {
  q?: string;
  status?: (typeof tenantStates)[number];
  sort?: (typeof tenantSorts)[number];
  create?: true;
  deletions?: true;
  usage?: string;
};
export type UsersSearch = Place & {
  q?: string;
  status?: (typeof userStates)[number];
  group?: string;
  type?: (typeof userTypes)[number];
  proof?: 'true' | 'false';
  contract?: (typeof contracts)[number];
  /** Days: when they joined; seen since, and not seen since. */
  from?: string;
  until?: string;
  seen?: string;
  unseen?: string;
  sort?: (typeof userSorts)[number];
  invite?: true;
  import?: true;
};
export type InvitationsSearch = Place & { q?: string; sort?: (typeof invitationSorts)[number]; invite?: true };
/** Days, and by what sign-ins are told apart: by method where nothing is said. */
export type OverviewSearch = IntervalSearch & { by?: 'contract' };
export type ApprovalsSearch = Place & { q?: string; tab?: (typeof approvalTabs)[number]; sort?: (typeof approvalSorts)[number]; open?: number };
export type GroupsSearch = { sort?: (typeof groupSorts)[number]; edit?: number | 'new'; managers?: number };
export type DeliveriesSearch = Place & { sort?: (typeof deliverySorts)[number]; state?: (typeof deliveryStates)[number]; channel?: (typeof deliveryChannels)[number]; user?: number; open?: string };
export type AuditSearch = Place & { sort?: (typeof auditSorts)[number]; action?: string; actor?: string; user?: number; tenant?: string; since?: string; until?: string; open?: string };
export type QueuesSearch = Place & { queue?: string; state?: 'archived' | 'retry' };
export type WebhooksSearch = { make?: true };
export type WebhookSearch = Place & { state?: (typeof deliveryStates)[number] };
export type KeysSearch = { make?: (typeof makings)[number] };
export type SocialProvider = (typeof socialProviders)[number];
export type SettingsSearch = { tab?: (typeof settingTabs)[number]; provider?: SocialProvider };
export type TeamSearch = { invite?: true };
export type OperatorsSearch = Place & { q?: string; invite?: true };
export type SignInSearch = { return?: string; ended?: true };

export const tenantSorts = ['slug', '-slug', 'name', '-name', 'created_at', '-created_at'] as const;
export const userSorts = ['created_at', '-created_at', 'last_login_at', '-last_login_at', 'email', '-email', 'username', '-username', 'invited_until', '-invited_until'] as const;
export const approvalSorts = ['created_at', '-created_at', 'username', '-username', 'email', '-email'] as const;
export const invitationSorts = ['email', '-email', 'invited_until', '-invited_until'] as const;
export const groupSorts = ['name', '-name', 'members', '-members'] as const;
export const deliverySorts = ['created_at', '-created_at'] as const;
export const auditSorts = ['at', '-at'] as const;
export const tenantStates = ['active', 'suspended'] as const;
export const userStates = ['active', 'disabled', 'pending', 'approved', 'rejected', 'unverified', 'invited'] as const;
export const userTypes = ['user', 'coach'] as const;
export const contracts = ['native', 'coach', 'drfuser', 'restauth', 'fittrackee', 'simplejwt', 'pages'] as const;
export const approvalTabs = ['pending', 'approved', 'rejected', 'all'] as const;
export const deliveryChannels = ['email', 'sms'] as const;
export const deliveryStates = ['pending', 'sent', 'failed', 'expired', 'cancelled'] as const;
export const settingTabs = ['accounts', 'contracts', 'social', 'lifetimes', 'addresses', 'sending'] as const;
export const socialProviders = ['google', 'facebook', 'apple', 'microsoft', 'github', 'linkedin', 'discord', 'twitter', 'oidc'] as const;
export const makings = ['key', 'domain'] as const;

export const tenantsSearch = (raw: Raw): TenantsSearch =>
  given({ q: text(raw.q), status: oneOf(tenantStates, raw.status), sort: oneOf(tenantSorts, raw.sort), create: flag(raw.create), deletions: flag(raw.deletions), usage: text(raw.usage), ...place(raw) });

export const overviewSearch = (raw: Raw): OverviewSearch => given({ days: oneOf(spans, raw.days), from: day(raw.from), to: day(raw.to), by: oneOf(['contract'], raw.by) });

export const usersSearch = (raw: Raw): UsersSearch =>
  given({
    q: text(raw.q),
    status: oneOf(userStates, raw.status),
    group: text(raw.group),
    type: oneOf(userTypes, raw.type),
    proof: oneOf(['true', 'false'], typeof raw.proof === 'boolean' ? String(raw.proof) : raw.proof),
    contract: oneOf(contracts, raw.contract),
    from: day(raw.from),
    until: day(raw.until),
    seen: day(raw.seen),
    unseen: day(raw.unseen),
    sort: oneOf(userSorts, raw.sort),
    invite: flag(raw.invite),
    import: flag(raw.import),
    ...place(raw),
  });

export const invitationsSearch = (raw: Raw): InvitationsSearch => given({ q: text(raw.q), sort: oneOf(invitationSorts, raw.sort), invite: flag(raw.invite), ...place(raw) });

export const approvalsSearch = (raw: Raw): ApprovalsSearch =>
  given({ q: text(raw.q), tab: oneOf(approvalTabs, raw.tab), sort: oneOf(approvalSorts, raw.sort), open: natural(raw.open), ...place(raw) });

export const groupsSearch = (raw: Raw): GroupsSearch => given({ sort: oneOf(groupSorts, raw.sort), edit: raw.edit === 'new' ? 'new' : natural(raw.edit), managers: natural(raw.managers) });

export const deliveriesSearch = (raw: Raw): DeliveriesSearch =>
  given({ sort: oneOf(deliverySorts, raw.sort), state: oneOf(deliveryStates, raw.state), channel: oneOf(deliveryChannels, raw.channel), user: natural(raw.user), open: text(raw.open), ...place(raw) });

export const auditSearch = (raw: Raw): AuditSearch =>
  given({
    sort: oneOf(auditSorts, raw.sort),
    action: text(raw.action),
    actor: text(raw.actor),
    user: natural(raw.user),
    tenant: text(raw.tenant),
    since: day(raw.since),
    until: day(raw.until),
    open: text(raw.open),
    ...place(raw),
  });

export const queuesSearch = (raw: Raw): QueuesSearch => given({ queue: text(raw.queue), state: oneOf(['archived', 'retry'] as const, raw.state), ...place(raw) });

export const webhooksSearch = (raw: Raw): WebhooksSearch => given({ make: flag(raw.make) });

export const webhookSearch = (raw: Raw): WebhookSearch => given({ state: oneOf(deliveryStates, raw.state), ...place(raw) });

export const keysSearch = (raw: Raw): KeysSearch => given({ make: oneOf(makings, raw.make) });

export const settingsSearch = (raw: Raw): SettingsSearch => given({ tab: oneOf(settingTabs, raw.tab), provider: oneOf(socialProviders, raw.provider) });

export const teamSearch = (raw: Raw): TeamSearch => given({ invite: flag(raw.invite) });

export const operatorsSearch = (raw: Raw): OperatorsSearch => given({ q: text(raw.q), invite: flag(raw.invite), ...place(raw) });

export const signInSearch = (raw: Raw): SignInSearch => given({ return: ownAddress(raw.return), ended: flag(raw.ended) });

/** A path of this app; never one that a browser would read as another site's. */
export function ownAddress(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined;
}

function place(raw: Raw): Place {
  return { cursor: text(raw.cursor, 2000), page: natural(raw.page) };
}

function text(value: unknown, longest = 500): string | undefined {
  const words = typeof value === 'number' ? String(value) : value; // ?q=123 is read as a number
  return typeof words === 'string' && words !== '' ? words.slice(0, longest) : undefined;
}

function natural(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** A day that exists, as 2026-11-27. */
function day(value: unknown): string | undefined {
  const known = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
  return known ? value : undefined;
}

function flag(value: unknown): true | undefined {
  return value === true ? true : undefined;
}

function oneOf<const T extends readonly (string | number)[]>(choices: T, value: unknown): T[number] | undefined {
  return choices.find((choice) => choice === value);
}

/** Without the members that are undefined, so that they leave no trace in the address. */
function given<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}
