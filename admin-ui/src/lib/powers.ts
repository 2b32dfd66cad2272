import { t } from './i18n';

type Role = 'owner' | 'admin' | 'approver' | 'viewer';
type Person = { operator: boolean; tenants: { slug: string; role: Role }[] };

/** What can be done in a tenant: decide about applicants, change users and groups, set the tenant itself up, or say who administers it. */
export type Power = 'decide' | 'manage' | 'configure' | 'appoint';

const holders: Record<Power, Role[]> = {
  decide: ['owner', 'admin', 'approver'],
  manage: ['owner', 'admin'],
  configure: ['owner', 'admin'],
  appoint: ['owner'],
};

/**
 * Why somebody cannot use a power in a tenant; undefined when he can. Only for telling beforehand:
 * the server decides.
 */
export function obstacle(person: Person, slug: string, power: Power): string | undefined {
  if (person.operator) return undefined;
  const role = person.tenants.find((tenant) => tenant.slug === slug)?.role;
  if (role && holders[power].includes(role)) return undefined;
  return t(`powers.${power}`);
}
