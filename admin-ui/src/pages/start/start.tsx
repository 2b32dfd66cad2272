import { Box, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconKey, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { overviewQuery, tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { settingsQuery, testMail } from '../../api/settings';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { Copyable } from '../../ui/copy';
import { ButtonLink, TextLink } from '../../ui/link';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Problem } from '../../ui/problem';
import { Snippet } from '../../ui/snippet';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { keysQuery, load as prefetch, makeKey, pace, sentQuery } from './checks';
import { OldClients } from './old-clients';
import { browser, goSDK, listUsers, type Place, placeOf, signUp } from './snippets';
import { Step } from './step';

const route = getRouteApi('/inside/tenants/$slug/start');

export const load = prefetch;

/** From an empty tenant to one that works: each step looks by itself whether it is done. */
export function Start() {
  const { slug } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const because = obstacle(useAdmin(), slug, 'configure');
  return (
    <Page title={t('start.title')} where={tenant.data?.name ?? slug} about={t('start.about')}>
      {because === undefined ? tenant.data && <Steps key={slug} slug={slug} issuer={tenant.data.issuer} /> : <OffLimits because={because} />}
    </Page>
  );
}

function Steps({ slug, issuer }: { slug: string; issuer: string }) {
  const often = { refetchInterval: pace };
  const overview = useQuery({ ...overviewQuery(slug), ...often });
  const mails = useQuery({ ...sentQuery(slug), ...often });
  const settings = useQuery({ ...settingsQuery(slug), ...often });
  const keys = useQuery({ ...keysQuery(slug), ...often });
  const [made, setMade] = useState<{ publishable?: string; secret?: string }>({});
  const remember = (kind: 'publishable' | 'secret', key: string) => setMade((old) => ({ ...old, [kind]: key }));
  const place = placeOf(slug, issuer, made);
  const used = keys.data?.filter(({ last_used_at }) => last_used_at !== null).map(({ last_used_at }) => last_used_at ?? '').sort().at(-1);
  const finished = [(overview.data?.users.total ?? 0) > 0, mails.data?.sent !== undefined, (settings.data?.origins.length ?? 0) > 0, used !== undefined];
  const count = finished.filter(Boolean).length;
  const trouble = [overview, mails, settings, keys].find(({ error }) => error);
  const known = [overview, mails, settings, keys].every(({ data }) => data !== undefined);
  const open = known ? finished.indexOf(false) : -1;
  return (
    <Stack gap="lg">
      {trouble && <Problem error={trouble.error} onRetry={() => void trouble.refetch()} />}
      <Summary count={count} of={finished.length} base={place.base} />
      <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
        <Step done={finished[0]} open={open === 0} title={t('start.sign-up')} state={<SignUps count={overview.data?.users.total ?? 0} slug={slug} />}>
          <Text size="sm">{t('start.sign-up-text')}</Text>
          <Snippet code={signUp(place)} what={t('start.curl')} />
        </Step>
        <Step done={finished[1]} open={open === 1} title={t('start.mail')} state={<Mails slug={slug} sent={mails.data?.sent} failed={mails.data?.failed} />}>
          <TryMail slug={slug} />
        </Step>
        <Step done={finished[2]} open={open === 2} title={t('start.origin')} state={settings.data?.origins.join(', ') || t('start.origin-none')}>
          <Origin slug={slug} place={place} made={made.publishable !== undefined} onMade={(key) => remember('publishable', key)} />
        </Step>
        <Step done={finished[3]} open={open === 3} title={t('start.sdk')} state={used ? <Used at={used} /> : t('start.sdk-none')}>
          <Server slug={slug} place={place} made={made.secret !== undefined} onMade={(key) => remember('secret', key)} />
        </Step>
      </Stack>
      <OldClients slug={slug} place={place} settings={settings.data} />
    </Stack>
  );
}

function Summary({ count, of, base }: { count: number; of: number; base: string }) {
  return (
    <Paper p="md">
      <Group justify="space-between" gap="md">
        <Box flex="1 1 260px">
          <Text size="sm" fw={550} aria-live="polite">
            {count === of ? t('start.all-done') : t('start.progress', { n: count, of })}
          </Text>
          <Progress value={(count / of) * 100} color={count === of ? 'teal' : 'hall'} mt={8} aria-label={t('start.progress', { n: count, of })} />
        </Box>
        <Box maw="100%" miw={0}>
          <Text size="xs" c="dimmed" mb={2}>
            {t('start.base')}
          </Text>
          <Copyable value={base} what={t('start.base')} />
        </Box>
      </Group>
    </Paper>
  );
}

function SignUps({ count, slug }: { count: number; slug: string }) {
  if (count === 0) return t('start.sign-up-none');
  return (
    <TextLink to="/tenants/$slug/users" params={{ slug }} size="sm" display="inline-block" py={4}>
      {t('start.sign-up-count', { count })}
    </TextLink>
  );
}

type MailProps = { slug: string; sent: { to: string; done_at: string | null } | undefined; failed: { to: string } | undefined };

function Mails({ slug, sent, failed }: MailProps) {
  if (sent) {
    return (
      <>
        {t('start.mail-sent', { to: sent.to })} <When at={sent.done_at} />
      </>
    );
  }
  if (!failed) return t('start.mail-none');
  return (
    <TextLink to="/tenants/$slug/deliveries" params={{ slug }} search={{ state: 'failed' }} size="sm" display="inline-block" py={4}>
      {t('start.mail-failed', { to: failed.to })}
    </TextLink>
  );
}

function TryMail({ slug }: { slug: string }) {
  const { email } = useAdmin();
  const queries = useQueryClient();
  const send = useAct({
    mutationFn: () => testMail(slug, email),
    onSuccess: () => {
      done(t('start.mail-trying', { to: email }));
      void queries.invalidateQueries({ queryKey: sentQuery(slug).queryKey });
    },
    onError: failed,
  });
  return (
    <>
      <Text size="sm">{t('start.mail-text')}</Text>
      <Group gap="sm">
        <Button variant="default" leftSection={<IconSend size={16} />} loading={send.isPending} onClick={() => send.mutate()}>
          {t('start.mail-try', { to: email })}
        </Button>
        <ButtonLink variant="subtle" to="/tenants/$slug/sign-in" params={{ slug }} search={{ tab: 'sending' }}>
          {t('start.mail-server')}
        </ButtonLink>
      </Group>
    </>
  );
}

function Used({ at }: { at: string }) {
  return (
    <>
      {t('start.sdk-used')} <When at={at} />
    </>
  );
}

type KeyProps = { slug: string; place: Place; /** A key was made here and stands in the lines. */ made: boolean; onMade: (key: string) => void };

function Origin({ slug, place, made, onMade }: KeyProps) {
  return (
    <>
      <Text size="sm">{t('start.origin-text')}</Text>
      <Group gap="sm">
        <ButtonLink variant="default" to="/tenants/$slug/sign-in" params={{ slug }} search={{ tab: 'addresses' }}>
          {t('start.origin-allow')}
        </ButtonLink>
        {!made && <FillIn slug={slug} kind="publishable" onMade={onMade} />}
      </Group>
      <Snippet code={browser(place)} what={t('start.browser')} />
      {made && <Once />}
    </>
  );
}

function Server({ slug, place, made, onMade }: KeyProps) {
  return (
    <>
      <Text size="sm">{t('start.sdk-text')}</Text>
      {!made && (
        <Group>
          <FillIn slug={slug} kind="secret" onMade={onMade} />
        </Group>
      )}
      <Snippet code={listUsers(place)} what={t('start.curl')} />
      <Snippet code={goSDK(place)} what={t('start.go')} />
      {made && <Once />}
    </>
  );
}

function Once() {
  return (
    <Text size="xs" c="dimmed">
      {t('start.once')}
    </Text>
  );
}

/** Makes a key and puts it into the lines: it is shown this once, here. */
function FillIn({ slug, kind, onMade }: { slug: string; kind: 'publishable' | 'secret'; onMade: (key: string) => void }) {
  const queries = useQueryClient();
  const make = useAct({
    mutationFn: () => makeKey(slug, kind, t('start.key-name')),
    gcTime: 0, // a secret is not kept longer than it is shown
    onSuccess: ({ key }) => {
      onMade(key);
      void queries.invalidateQueries({ queryKey: keysQuery(slug).queryKey });
      void queries.invalidateQueries({ queryKey: ['tenant', slug, 'keys'] });
    },
    onError: failed,
  });
  return (
    <Button variant="default" h="auto" mih={36} py={6} styles={{ label: { whiteSpace: 'normal' } }} leftSection={<IconKey size={16} />} loading={make.isPending} onClick={() => make.mutate()}>
      {kind === 'secret' ? t('start.fill-secret') : t('start.fill-publishable')}
    </Button>
  );
}
