import { Alert, Stack } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { IconShieldExclamation } from '@tabler/icons-react';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { Page } from '../../ui/page';
import { OperatorsFactor } from './operators';
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
  const { email, operator } = useAdmin();
  const { data: factor } = useQuery(factorQuery);
  const missing = factor?.demanded && factor.since === null && factor.passkeys === 0;
  return (
    <Page title={t('me.title')} where={email} about={t('me.about', { email })}>
      <Stack gap="lg" maw={820}>
        {missing && (
          <Alert color="yellow" icon={<IconShieldExclamation size={20} />} title={t('me.demanded')}>
            {t('me.demanded-text')}
          </Alert>
        )}
        <SecondFactor />
        <Passkeys />
        <Password />
        <MySessions />
        {operator && !missing && <OperatorsFactor />}
      </Stack>
    </Page>
  );
}
