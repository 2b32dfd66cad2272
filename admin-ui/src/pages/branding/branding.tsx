import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { type Settings, settingsQuery } from '../../api/settings';
import { useSettingsDraft } from '../../api/settings-draft';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Problem } from '../../ui/problem';
import { SaveBar } from '../../ui/save-bar';
import { Fields, isShown, labelOf } from './fields';
import { Looks } from './looks';

const route = getRouteApi('/inside/tenants/$slug/branding');

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(settingsQuery(slug));
}

/** How a tenant looks to its users. */
export function Branding() {
  const { slug } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const because = obstacle(useAdmin(), slug, 'configure');
  return (
    <Page title={t('branding.title')} where={tenant.data?.name ?? slug} about={t('branding.about')}>
      {because === undefined ? <Content slug={slug} name={tenant.data?.name} /> : <OffLimits because={because} />}
    </Page>
  );
}

function Content({ slug, name }: { slug: string; name: string | undefined }) {
  const query = useQuery(settingsQuery(slug));
  if (query.data && name !== undefined) return <Form key={slug} slug={slug} name={name} saved={query.data} />;
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton height={400} />;
}

function Form({ slug, name, saved }: { slug: string; name: string; saved: Settings }) {
  const draft = useSettingsDraft(slug, saved, isShown, (path) => document.querySelector<HTMLElement>(`[data-setting="${CSS.escape(path)}"]`)?.focus());
  const text = (path: string) => String(draft.value(path) ?? '');
  const brand = { name: text('branding.name').trim() || name, logo: text('branding.logo_url'), color: text('branding.color'), background: text('branding.background') };
  const from = { name: text('sender.name').trim() || brand.name, address: text('sender.address') };
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Fields draft={draft} name={name} />
        <Looks slug={slug} brand={brand} saved={saved.branding.name || name} from={from} />
      </SimpleGrid>
      <SaveBar draft={draft} label={labelOf} show={(_, value) => String(value ?? '')} />
    </Stack>
  );
}
