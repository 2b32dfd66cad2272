import { Stack } from '@mantine/core';
import type { QueryClient } from '@tanstack/react-query';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { Page } from '../../ui/page';
import { Password } from './password';
import { Passkeys } from './passkeys';
import { factorQuery, mySessionsQuery, passkeysQuery } from './queries';
import { SecondFactor } from './second-factor';
import { MySessions } from './sessions';

export function load(queries: QueryClient) {
  void queries.prefetchQuery(factorQuery);
  void queries.prefetchQuery(passkeysQuery);
  void queries.prefetchQuery(mySessionsQuery);
}

/** What an administrator looks after for himself: how he proves who he is, and where he is signed in. */
export function Account() {
  const { email } = useAdmin();
  return (
    <Page title={t('me.title')} where={email} about={t('me.about', { email })}>
      <Stack gap="lg" maw={820}>
        <SecondFactor />
        <Passkeys />
        <Password />
        <MySessions />
      </Stack>
    </Page>
  );
}
