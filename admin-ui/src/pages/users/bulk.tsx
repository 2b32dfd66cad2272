import { Button, Menu, Progress, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { useDecide } from '../../api/decisions';
import { asApiError, describe } from '../../api/errors';
import { groupsQuery, refreshTenant, type User } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { useAct } from '../../lib/act';
import { applies } from '../../lib/decisions';
import { type Format, save } from '../../lib/download';
import { t } from '../../lib/i18n';
import { inTurn } from '../../lib/in-turn';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { BulkBar } from '../../ui/bulk-bar';
import { Guarded } from '../../ui/guarded';
import { MenuChoice } from '../../ui/menu-choice';
import { done, failedBecause } from '../../ui/toasts';
import { sheet } from './sheet';

type Props = { slug: string; users: User[]; /** Columns, of which a file is made. */ chosen: readonly string[]; onClear: () => void };
type Act = (user: User) => Promise<unknown>;

/** What can be done with all users that are ticked, and to how many it would be done. */
export function Bulk({ slug, users, chosen, onClear }: Props) {
  const admin = useAdmin();
  const manage = obstacle(admin, slug, 'manage');
  const groups = useQuery(groupsQuery(slug));
  const decide = useDecide(slug);
  const { run, through } = useRun(slug, onClear);
  const waiting = users.filter(({ approval }) => applies('approve', approval));
  const invited = users.filter(({ invited_until }) => invited_until !== null);
  const at = ({ id }: User) => ({ params: { path: { slug, id } } });
  const signOut: Act = (user) => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/sessions', at(user)));
  const invite: Act = (user) => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/invitation', at(user)));
  const erase: Act = (user) => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}', at(user)));
  const change = (body: { active: boolean } | { group: string }): Act => (user) => answer(api.PATCH('/admin/v1/tenants/{slug}/users/{id}', { ...at(user), body }));
  const count = users.length;
  if (through !== undefined) return <Running through={through.n} of={through.of} />;
  return (
    <BulkBar count={count} onClear={onClear}>
      {waiting.length > 0 && (
        <Guarded size="sm" because={obstacle(admin, slug, 'decide')} onClick={() => void decide({ users: waiting, decision: 'approve' })}>
          {t('bulk.approve', { n: waiting.length })}
        </Guarded>
      )}
      <Menu position="top-end" shadow="md">
        <Menu.Target>
          <Guarded size="sm" variant="default" because={manage} rightSection={<IconChevronDown size={14} />}>
            {t('bulk.to-group')}
          </Guarded>
        </Menu.Target>
        <Menu.Dropdown mah={300} style={{ overflowY: 'auto' }}>
          {groups.data?.map(({ name }) => (
            <Menu.Item key={name} onClick={() => void run(users, change({ group: name }))}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Take slug={slug} users={users} chosen={chosen} />
      <Menu position="top-end" shadow="md">
        <Menu.Target>
          <Guarded size="sm" variant="default" because={manage} rightSection={<IconChevronDown size={14} />}>
            {t('bulk.more')}
          </Guarded>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => ask({ title: t('bulk.sign-out-title', { count }), text: t('bulk.sign-out-text'), confirm: t('bulk.sign-out'), onConfirm: () => void run(users, signOut) })}>{t('bulk.sign-out')}</Menu.Item>
          <MenuChoice because={invited.length === 0 ? t('bulk.invite-nobody') : undefined} onClick={() => void run(invited, invite)}>
            {t('bulk.invite', { n: invited.length })}
          </MenuChoice>
          <Menu.Item onClick={() => void run(users, change({ active: true }))}>{t('user.enable')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => ask({ title: t('bulk.disable-title', { count }), text: t('bulk.disable-text'), confirm: t('user.disable'), onConfirm: () => void run(users, change({ active: false })) })}>
            {t('user.disable')}
          </Menu.Item>
          <Menu.Item color="red" onClick={() => ask({ title: t('bulk.erase-title', { count }), text: t('user.erase-text'), confirm: t('user.erase'), onConfirm: () => void run(users, erase) })}>
            {t('user.erase')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </BulkBar>
  );
}

/** Only those who are ticked, in the columns that are shown. */
function Take({ slug, users, chosen }: Pick<Props, 'slug' | 'users' | 'chosen'>) {
  const take = (format: Format) => {
    save(sheet(slug, chosen), users, format);
    done(t('export.done', { count: users.length }));
  };
  return (
    <Menu position="top-end" shadow="md">
      <Menu.Target>
        <Button size="sm" variant="default" rightSection={<IconChevronDown size={14} />}>
          {t('export.do')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => take('csv')}>{t('export.csv')}</Menu.Item>
        <Menu.Item onClick={() => take('jsonl')}>{t('export.jsonl')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Running({ through, of }: { through: number; of: number }) {
  return (
    <BulkBar count={of} onClear={() => undefined}>
      <Text size="sm">{t('bulk.running', { n: through, of })}</Text>
      <Progress w={160} value={(through / of) * 100} aria-label={t('bulk.running', { n: through, of })} />
    </BulkBar>
  );
}

const told = 3;

/** Runs one act for many users, shows how far it is, and tells what became of it. */
function useRun(slug: string, onDone: () => void) {
  const queries = useQueryClient();
  const [through, setThrough] = useState<{ n: number; of: number }>();
  const run = async (users: User[], act: Act) => {
    setThrough({ n: 0, of: users.length });
    const failures = await inTurn(users, act, (n) => setThrough({ n, of: users.length }));
    setThrough(undefined);
    void refreshTenant(queries, slug);
    const fine = users.length - failures.length;
    if (fine > 0) done(t('bulk.did', { count: fine }));
    for (const { item, error } of failures.slice(0, told)) failedBecause(t('decision.failed', { name: displayName(item), why: describe(asApiError(error)) }));
    if (failures.length > told) failedBecause(t('bulk.failed-too', { count: failures.length - told }));
    if (failures.length === 0) onDone();
  };
  const { mutateAsync } = useAct({ mutationFn: ({ users, act }: { users: User[]; act: Act }) => run(users, act) });
  return { run: (users: User[], act: Act) => mutateAsync({ users, act }), through };
}
