import { Badge, Group, Select, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { groupsQuery, refreshTenant, type User, userQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { Panel } from '../../ui/panel';
import { done, failed } from '../../ui/toasts';

/** The group of a user, and what follows from it. */
export function Membership({ slug, user }: { slug: string; user: User }) {
  const because = obstacle(useAdmin(), slug, 'manage');
  const groups = useQuery(groupsQuery(slug));
  const move = useMove(slug, user);
  return (
    <Panel title={t('field.group')}>
      <Select
        aria-label={t('field.group')}
        description={because}
        inputWrapperOrder={['input', 'description']}
        value={user.group.name}
        data={groups.data?.map(({ name }) => name) ?? [user.group.name]}
        onChange={(group) => group && group !== user.group.name && move.mutate(group)}
        allowDeselect={false}
        disabled={because !== undefined || move.isPending}
        searchable
      />
      {user.group.permissions.length > 0 ? (
        <Group gap={6}>
          {user.group.permissions.map((permission) => (
            <Badge key={permission} ff="monospace">
              {permission}
            </Badge>
          ))}
        </Group>
      ) : (
        <Text size="sm" c="dimmed">
          {user.approval === 'pending' ? t('user.permissions-later') : t('user.permissions-none')}
        </Text>
      )}
    </Panel>
  );
}

function useMove(slug: string, user: User) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: (group: string) =>
      answer(api.PATCH('/admin/v1/tenants/{slug}/users/{id}', { params: { path: { slug, id: user.id } }, body: { group } })),
    onSuccess: (changed) => {
      queries.setQueryData(userQuery(slug, user.id).queryKey, changed);
      done(t('user.moved', { name: displayName(changed), group: changed.group.name }));
      void refreshTenant(queries, slug);
    },
    onError: failed,
  });
}
