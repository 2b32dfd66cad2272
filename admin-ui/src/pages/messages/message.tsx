import { Group, Skeleton, Stack } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconArrowLeft, IconMessage2Off } from '@tabler/icons-react';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { nameOfMessage } from '../../lib/names';
import { obstacle } from '../../lib/powers';
import { Empty } from '../../ui/empty';
import { TextLink } from '../../ui/link';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Problem } from '../../ui/problem';
import { Editor } from './editor';
import { LanguagePicker } from './language-picker';
import { type Channel, messagesQuery, templateQuery, type Which } from './queries';
import { whenOf } from './words';

const route = getRouteApi('/inside/tenants/$slug/messages/$channel/$kind/$locale');

type Params = { slug: string; channel: string; kind: string; locale: string };

export function load(queries: QueryClient, params: Params) {
  void queries.prefetchQuery(messagesQuery(params.slug));
  void queries.prefetchQuery(templateQuery(which(params)));
}

/** What is no channel is asked of the server all the same, which knows. */
function which({ slug, channel, kind, locale }: Params): Which {
  return { slug, channel: channel as Channel, kind, locale };
}

/** One message in one language. */
export function MessagePage() {
  const params = route.useParams();
  const tenant = useQuery(tenantQuery(params.slug));
  const because = obstacle(useAdmin(), params.slug, 'configure');
  return (
    <Page
      title={nameOfMessage(params.kind)}
      where={tenant.data?.name ?? params.slug}
      about={whenOf(params.kind)}
      above={
        <TextLink to="/tenants/$slug/messages" params={{ slug: params.slug }} size="sm">
          <Group gap={4} component="span">
            <IconArrowLeft size={15} aria-hidden /> {t('messages.title')}
          </Group>
        </TextLink>
      }
      actions={because === undefined && <LanguagePicker which={which(params)} />}
    >
      {because === undefined ? <Content which={which(params)} /> : <OffLimits because={because} />}
    </Page>
  );
}

function Content({ which }: { which: Which }) {
  const messages = useQuery(messagesQuery(which.slug));
  const template = useQuery(templateQuery(which));
  const message = messages.data?.data.find(({ channel, kind }) => channel === which.channel && kind === which.kind);
  // A language that is new begins with the words there are.
  const origin = message?.locales.find(({ locale }) => locale === 'en')?.locale ?? message?.locales[0]?.locale ?? 'en';
  const english = useQuery({ ...templateQuery({ ...which, locale: origin }), enabled: template.data === null && message !== undefined });
  const failed = [messages, template, english].find(({ error }) => error);
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />;
  if (messages.data && !message) {
    return (
      <Empty icon={IconMessage2Off} title={t('messages.unknown')}>
        {t('messages.unknown-hint')}
      </Empty>
    );
  }
  const start = template.data ?? english.data;
  if (!message || template.data === undefined || !start) return <Waiting />;
  return <Editor key={`${which.channel}/${which.kind}/${which.locale}`} which={which} message={message} template={template.data} start={start} origin={origin} />;
}

function Waiting() {
  return (
    <Stack aria-busy>
      <Skeleton height={40} />
      <Skeleton height={320} />
    </Stack>
  );
}
