import { Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, tenantQuery, type User } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { pictureOf } from '../../lib/picture';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { Copyable } from '../../ui/copy';
import { Guarded } from '../../ui/guarded';
import { Initials } from '../../ui/person';
import { done } from '../../ui/toasts';

type Props = { slug: string; user: User };

/** What others see of a user. A picture that lies elsewhere is not fetched: its owner would learn who looks. */
export function Picture({ slug, user }: Props) {
  const tenant = useQuery(tenantQuery(slug));
  const name = displayName(user);
  const src = tenant.data && pictureOf(user.avatar, tenant.data.issuer);
  return (
    <Group wrap="nowrap" gap="md">
      <Initials name={name} size={72} src={src} alt={src && t('picture.of', { name })} />
      <Stack gap={6} miw={0} align="flex-start">
        {user.avatar === null && (
          <Text size="sm" c="dimmed">
            {t('picture.none')}
          </Text>
        )}
        {user.avatar !== null && tenant.data && !src && (
          <Text component="div" size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t('picture.elsewhere')} <Copyable value={user.avatar} what={t('picture.address')} />
          </Text>
        )}
        {src && <Remove slug={slug} user={user} />}
      </Stack>
    </Group>
  );
}

function Remove({ slug, user }: Props) {
  const queries = useQueryClient();
  const name = displayName(user);
  const remove = useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/picture', { params: { path: { slug, id: user.id } } })),
    onSuccess: () => {
      done(t('picture.removed', { name }));
      void refreshTenant(queries, slug);
    },
  });
  const sure = () => ask({ title: t('picture.remove-title', { name }), text: t('picture.remove-text'), confirm: t('picture.remove'), onConfirm: () => remove.mutateAsync() });
  return (
    <Guarded size="xs" danger because={obstacle(useAdmin(), slug, 'manage')} loading={remove.isPending} onClick={sure}>
      {t('picture.remove')}
    </Guarded>
  );
}
