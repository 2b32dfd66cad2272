import { ActionIcon, Drawer, Group as Row, Select, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconUserShield, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { type Group, managersQuery, refreshTenant, type User, usersQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { displayName, handle } from '../../lib/people';
import { ask } from '../../ui/ask';
import { Empty } from '../../ui/empty';
import { TextLink } from '../../ui/link';
import { Person } from '../../ui/person';
import { Problem } from '../../ui/problem';
import { done, failed } from '../../ui/toasts';
import { UserState } from '../../ui/user-state';

type Props = { slug: string; /** Undefined closes it. */ group: Group | undefined; because: string | undefined; onClose: () => void };

/** Who looks after a group: seen, added by search, removed. */
export function Managers({ slug, group, because, onClose }: Props) {
  return (
    <Drawer opened={group !== undefined} onClose={onClose} position="right" size={440} title={group && t('groups.managers-title', { name: group.name })}>
      {group && <Inside slug={slug} group={group} because={because} />}
    </Drawer>
  );
}

type InsideProps = { slug: string; group: Group; because: string | undefined };

function Inside({ slug, group, because }: InsideProps) {
  const query = useQuery(managersQuery(slug, group.id));
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={240} />;
  const managers = query.data.map(({ user }) => user);
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        {t('groups.managers-about')}
      </Text>
      <Add slug={slug} group={group} because={because} have={managers} />
      {managers.length === 0 ? (
        <Empty icon={IconUserShield} title={t('groups.managers-empty')} small>
          {t('groups.managers-empty-hint')}
        </Empty>
      ) : (
        <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('groups.managers')}>
          {managers.map((user) => (
            <Row component="li" key={user.id} justify="space-between" wrap="nowrap">
              <Person name={displayName(user)} detail={handle(user)}>
                <TextLink to="/tenants/$slug/users/$id" params={{ slug, id: user.id }} size="sm">
                  {displayName(user)}
                </TextLink>
              </Person>
              <Row gap="xs" wrap="nowrap">
                <UserState user={user} />
                <Remove slug={slug} group={group} user={user} because={because} />
              </Row>
            </Row>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

/** Found by whatever the server searches users by. */
function Add({ slug, group, because, have }: InsideProps & { have: User[] }) {
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({ ...usersQuery(slug, { q }), enabled: q !== '' });
  const queries = useQueryClient();
  const add = useAct({
    mutationFn: (user: number) => answer(api.PUT('/admin/v1/tenants/{slug}/groups/{id}/managers/{user_id}', { params: { path: { slug, id: group.id, user_id: user } } })),
    onSuccess: ({ user }) => {
      setText('');
      done(t('groups.manager-added', { name: displayName(user), group: group.name }));
    },
    onError: failed,
    onSettled: () => refreshTenant(queries, slug),
  });
  const users = (q === '' ? [] : (found.data?.data ?? [])).filter(({ id }) => !have.some((one) => one.id === id));
  return (
    <Select
      label={t('groups.manager-add')}
      description={because}
      placeholder={t('groups.manager-search')}
      disabled={because !== undefined || add.isPending}
      searchable
      value={null}
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options} // the server has searched
      data={users.slice(0, 20).map((user) => ({ value: String(user.id), label: [displayName(user), handle(user)].filter(Boolean).join(' · ') }))}
      nothingFoundMessage={q === '' || found.isFetching ? undefined : t('groups.manager-nobody')}
      onChange={(id) => id !== null && add.mutate(Number(id))}
    />
  );
}

function Remove({ slug, group, user, because }: InsideProps & { user: User }) {
  const queries = useQueryClient();
  const name = displayName(user);
  const remove = useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/groups/{id}/managers/{user_id}', { params: { path: { slug, id: group.id, user_id: user.id } } })),
    onSuccess: () => done(t('groups.manager-removed', { name, group: group.name })),
    onSettled: () => refreshTenant(queries, slug),
  });
  const sure = () =>
    ask({ title: t('groups.manager-remove-title', { name }), text: t('groups.manager-remove-text', { group: group.name }), confirm: t('groups.manager-remove'), onConfirm: () => remove.mutateAsync() });
  return (
    <Tooltip label={because ?? t('groups.manager-remove')} multiline maw={280}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('groups.manager-remove-one', { name })}
        aria-disabled={because !== undefined}
        data-disabled={because !== undefined || undefined}
        loading={remove.isPending}
        onClick={because === undefined ? sure : undefined}
      >
        <IconX size={17} />
      </ActionIcon>
    </Tooltip>
  );
}
