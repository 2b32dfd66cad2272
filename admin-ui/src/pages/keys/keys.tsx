import { Stack } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { APIKeys } from './api-keys';
import { Domains } from './domains';
import { domainsQuery, keysQuery, signingKeysQuery } from './queries';
import { SigningKeys } from './signing-keys';

const route = getRouteApi('/inside/tenants/$slug/keys');

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(keysQuery(slug));
  void queries.prefetchQuery(signingKeysQuery(slug));
  void queries.prefetchQuery(domainsQuery(slug));
}

/** What programs and tokens of a tenant are known by: API keys, signing keys, host names. */
export function Keys() {
  const { slug } = route.useParams();
  const { make } = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const because = obstacle(useAdmin(), slug, 'configure');
  const open = (make: 'key' | 'domain' | undefined) => void navigate({ search: { make }, replace: make === undefined });
  return (
    <Page title={t('api-keys.room')} where={tenant.data?.name ?? slug} about={t('api-keys.about')}>
      {because === undefined ? (
        <Stack gap={36}>
          <APIKeys slug={slug} making={make === 'key'} onMake={(on) => open(on ? 'key' : undefined)} />
          <SigningKeys slug={slug} issuer={tenant.data?.issuer} />
          <Domains slug={slug} issuer={tenant.data?.issuer} adding={make === 'domain'} onAdd={(on) => open(on ? 'domain' : undefined)} />
        </Stack>
      ) : (
        <OffLimits because={because} />
      )}
    </Page>
  );
}
