import type { QueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { refreshTenant } from '../../api/queries';
import type { components } from '../../api/schema';
import type { Admin, Role } from '../../api/session';
import { t } from '../../lib/i18n';

type Schemas = components['schemas'];
export type OperatorRole = Schemas['OperatorRole'];
export type AnyRole = Role | OperatorRole;

/** Somebody in a team, or invited to it. */
export type Seat<R extends AnyRole> = Pick<Schemas['Admin'], 'id' | 'email' | 'name' | 'state' | 'second_factor'> & { role: R; last_login_at: string | null };

/** A team that somebody may be in: what one can be there, how it is changed, and how that is told. */
export type Crew<R extends AnyRole> = {
  roles: { role: R; label: string; powers: string }[];
  /** What is chosen for whoever is invited. */
  usual: R;
  words: { invite: string; inviteHint: string; removed: (name: string) => string; removal: (seat: Seat<R>) => string };
  /** Why somebody's seat stays as it is, to tell beforehand what the server refuses; undefined: it can be changed. */
  kept: (seat: Seat<R>, seats: Seat<R>[], admin: Admin) => string | undefined;
  invite: (body: { email: string; role: R }) => Promise<{ email: string }>;
  inviteAgain: (seat: Seat<R>) => Promise<unknown>;
  change: (id: string, role: R) => Promise<{ role: R }>;
  remove: (id: string) => Promise<unknown>;
  resetFactor: (id: string) => Promise<unknown>;
  refresh: (queries: QueryClient) => Promise<void>;
};

const tenantRoles: Role[] = ['owner', 'admin', 'approver', 'viewer'];

/** Who administers a tenant. */
export function tenantCrew(slug: string): Crew<Role> {
  const invite = (body: { email: string; role: Role }) => answer(api.POST('/admin/v1/tenants/{slug}/admins', { params: { path: { slug } }, body }));
  const path = (id: string) => ({ params: { path: { slug, id } } });
  return {
    roles: tenantRoles.map((role) => ({ role, label: t(`team.role.${role}`), powers: t(`team.powers.${role}`) })),
    usual: 'approver',
    words: {
      invite: t('team.invite'),
      inviteHint: t('team.invite-hint'),
      removed: (name) => t('team.removed', { name }),
      removal: () => t('team.remove-text'),
    },
    kept: (seat, seats, admin) => {
      if (seat.id === admin.id && !admin.operator) return t('team.not-oneself');
      const lastOwner = seat.role === 'owner' && seats.filter(({ role }) => role === 'owner').length === 1;
      return lastOwner ? t('team.last-owner') : undefined;
    },
    invite,
    inviteAgain: ({ email, role }) => invite({ email, role }),
    change: (id, role) => answer(api.PATCH('/admin/v1/tenants/{slug}/admins/{id}', { ...path(id), body: { role } })),
    remove: (id) => answer(api.DELETE('/admin/v1/tenants/{slug}/admins/{id}', path(id))),
    resetFactor: (id) => answer(api.DELETE('/admin/v1/tenants/{slug}/admins/{id}/second-factor', path(id))),
    refresh: (queries) => refreshTenant(queries, slug),
  };
}

const operatorRoles: OperatorRole[] = ['owner', 'operator'];

/** Who operates the platform. Whoever changes something there is an owner, and cannot change himself: the last owner stays by that. */
export function platformCrew(): Crew<OperatorRole> {
  const path = (id: string) => ({ params: { path: { id } } });
  return {
    roles: operatorRoles.map((role) => ({ role, label: t(`team.role.${role}`), powers: t(`operators.powers.${role}`) })),
    usual: 'operator',
    words: {
      invite: t('operators.invite'),
      inviteHint: t('operators.invite-hint'),
      removed: (name) => t('operators.removed', { name }),
      removal: ({ state }) => t(state === 'invited' ? 'operators.uninvite-text' : 'operators.remove-text'),
    },
    kept: (seat, _, admin) => (seat.id === admin.id ? t('team.not-oneself') : undefined),
    invite: (body) => answer(api.POST('/admin/v1/operators', { body })),
    inviteAgain: ({ id }) => answer(api.POST('/admin/v1/operators/{id}/invitation', path(id))),
    change: (id, role) => answer(api.PATCH('/admin/v1/operators/{id}', { ...path(id), body: { role } })),
    remove: (id) => answer(api.DELETE('/admin/v1/operators/{id}', path(id))),
    resetFactor: (id) => answer(api.DELETE('/admin/v1/operators/{id}/second-factor', path(id))),
    refresh: (queries) => queries.invalidateQueries({ queryKey: ['operators'] }),
  };
}
