import { Grid, Group, Stack } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import { groupsQuery, tenantQuery, userQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { UserState } from '../../ui/user-state';
import { Actions } from './actions';
import { Connections, connectionsQuery } from './connections';
import { Facts } from './facts';
import { History, historyQuery } from './history';
import { Letters, lettersQuery } from './letters';
import { Membership } from './membership';
import { Profile } from './profile';
import { Sessions, sessionsQuery } from './sessions';
import { Standing } from './standing';

const route = getRouteApi('/inside/tenants/$slug/users/$id');

/** Waits for the user: an unknown number is to be told as a whole page, not inside a half-drawn one. */
export async function load(queries: QueryClient, slug: string, id: number) {
  void queries.prefetchQuery(sessionsQuery(slug, id));
  void queries.prefetchQuery(groupsQuery(slug));
  void queries.prefetchQuery(lettersQuery(slug, id));
  void queries.prefetchQuery(connectionsQuery(slug, id));
  void queries.prefetchQuery(historyQuery(slug, id));
  await queries.ensureQueryData(userQuery(slug, id));
}

export function UserPage() {
  const { slug, id } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const { data: user } = useQuery(userQuery(slug, id));
  if (!user) return null;
  return (
    <Page
      title={displayName(user)}
      where={tenant.data?.name ?? slug}
      above={<Back slug={slug} />}
      about={<UserState user={user} />}
      actions={<Actions slug={slug} user={user} />}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Stack gap="lg">
            <Profile key={id} slug={slug} user={user} />
            <Sessions slug={slug} user={user} />
            <Connections slug={slug} user={user} />
            <Letters slug={slug} user={user} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
          <Stack gap="lg">
            <Standing slug={slug} user={user} />
            <Membership slug={slug} user={user} />
            <Facts user={user} />
            <History slug={slug} user={user} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Back({ slug }: { slug: string }) {
  return (
    <TextLink to="/tenants/$slug/users" params={{ slug }} size="sm" w="fit-content">
      <Group gap={4} component="span">
        <IconArrowLeft size={14} aria-hidden />
        {t('users.title')}
      </Group>
    </TextLink>
  );
}
