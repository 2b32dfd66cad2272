import { Alert, Box, SimpleGrid, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { type Settings, settingsQuery } from '../../api/settings';
import { useSettingsDraft } from '../../api/settings-draft';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import type { SocialProvider } from '../../lib/search';
import type { Change, Draft } from '../../lib/settings';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { SaveBar } from '../../ui/save-bar';
import { Contracts } from './contracts';
import { isShown, labelOf, parts, shown, tabOf, tabs, words } from './fields';
import { MailServer } from './mail-server';
import { providerOf } from './provider';
import { Setting } from './setting';
import { Social } from './social';
import { TextMessages } from './text-messages';

const route = getRouteApi('/inside/tenants/$slug/sign-in');

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(settingsQuery(slug));
}

/** Who gets in, how, and for how long. */
export function SignInSettings() {
  const { slug } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const because = obstacle(useAdmin(), slug, 'configure');
  return (
    <Page title={t('settings.title')} where={tenant.data?.name ?? slug} about={t('settings.about')}>
      {because === undefined ? <Content slug={slug} /> : <OffLimits because={because} />}
    </Page>
  );
}

function Content({ slug }: { slug: string }) {
  const query = useQuery(settingsQuery(slug));
  if (query.data) return <Rooms key={slug} slug={slug} saved={query.data} />;
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton height={400} />;
}

/** All tabs share one draft, so that what belongs together is saved together. */
function Rooms({ slug, saved }: { slug: string; saved: Settings }) {
  const { tab = 'accounts', provider } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (next: string | null, name?: SocialProvider, replace = false) => void navigate({ search: { tab: tabs.find((one) => one === next), provider: name }, replace, resetScroll: false });
  const [refused, setRefused] = useState<string>();
  const draft = useSettingsDraft(slug, saved, isShown, (path) => {
    open(tabOf(path), providerOf(path), true);
    setRefused(path);
  });
  useFocus(refused, () => setRefused(undefined));
  const objected = new Set(Object.keys(draft.errors).map(tabOf));
  return (
    <Stack gap="lg">
      <Tabs value={tab} onChange={(next) => open(next)} keepMounted={false}>
        <Tabs.List>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one} rightSection={objected.has(one) && <IconAlertTriangle size={15} color="var(--mantine-color-error)" aria-label={t('settings.objected')} />}>
              {words(`settings.tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((one) => (
          <Tabs.Panel key={one} value={one} pt="lg">
            <Stack gap="lg">
              {one === 'social' && <Social slug={slug} draft={draft} opened={provider} onOpen={(name) => open('social', name)} />}
              {parts[one]?.map(({ title, fields }) => (
                <Panel key={title} title={words(title) ?? title}>
                  {words(`${title}-about`) && (
                    <Text size="sm" c="dimmed" maw={680}>
                      {words(`${title}-about`)}
                    </Text>
                  )}
                  <SimpleGrid cols={{ base: 1, sm: fields.length > 1 ? 2 : 1 }} spacing="xl" verticalSpacing="lg">
                    {fields.map((field) => (
                      <Box key={field.path}>
                        <Setting field={field} draft={draft} />
                      </Box>
                    ))}
                  </SimpleGrid>
                </Panel>
              ))}
              {one === 'contracts' && <Contracts slug={slug} draft={draft} />}
              {one === 'sending' && <Sending slug={slug} draft={draft} />}
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
      <SaveBar draft={draft} label={labelOf} show={shown} warning={warningOf} />
    </Stack>
  );
}

function Sending({ slug, draft }: { slug: string; draft: Draft }) {
  return (
    <>
      <Alert color="hall" variant="light">
        {t('settings.sending-about')}
      </Alert>
      <MailServer slug={slug} draft={draft} />
      <TextMessages slug={slug} draft={draft} />
    </>
  );
}

/** Leads to a field that was objected to, once its tab is drawn. */
function useFocus(path: string | undefined, onDone: () => void) {
  useEffect(() => {
    if (path === undefined) return;
    const field = document.querySelector<HTMLElement>(`[data-setting="${CSS.escape(path)}"]`);
    if (!field) return;
    (field.matches('input, textarea') ? field : field.querySelector<HTMLElement>('input, textarea'))?.focus();
    onDone();
  });
}

/** Changes that shut people out say so before they are saved. */
function warningOf({ path, to }: Change): string | undefined {
  if (/^contracts\.\w+\.enabled$/.test(path) && to === false) return t('settings.warn-contract');
  if (path === 'registration.open' && to === false) return t('settings.warn-closed');
  if (path === 'email.verification' && to === 'mandatory') return t('settings.warn-mandatory');
  if (path === 'approval.pending_may_sign_in' && to === false) return t('settings.warn-pending');
  return undefined;
}
