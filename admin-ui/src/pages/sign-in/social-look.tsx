import { Alert, Code, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconPlugConnected, IconQuestionMark, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useAct } from '../../lib/act';
import { type SocialCheck, testProvider } from '../../api/settings';
import { t } from '../../lib/i18n';
import type { SocialProvider } from '../../lib/search';
import type { Draft } from '../../lib/settings';
import { Guarded } from '../../ui/guarded';
import { Problem } from '../../ui/problem';
import { words } from './fields';
import { isChanged, isSaved, nameOf } from './provider';

type Props = { slug: string; name: SocialProvider; draft: Draft; actions: ReactNode };

/** Has the server look at the provider as it is saved, and tells what it saw. */
export function Look({ slug, name, draft, actions }: Props) {
  const look = useAct({ mutationFn: () => testProvider(slug, name) });
  const changed = isChanged(draft, name);
  const because = changed ? t('settings.save-first') : isSaved(draft, name) ? undefined : t('social.test-unset');
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Guarded because={because} variant="default" size="xs" leftSection={<IconPlugConnected size={14} />} loading={look.isPending} onClick={() => look.mutate()}>
          {t('social.test', { provider: nameOf(name) })}
        </Guarded>
        {actions}
      </Group>
      <div role="status">
        {look.data && !changed && (
          <Alert color={look.data.works ? 'teal' : 'red'} variant="light" title={look.data.works ? t('social.works', { provider: nameOf(name) }) : t('social.works-not', { provider: nameOf(name) })}>
            <List spacing="xs" size="sm" center={false}>
              {look.data.checks.map((check) => (
                <Seen key={check.name} check={check} />
              ))}
            </List>
          </Alert>
        )}
      </div>
      {look.error && <Problem error={look.error} onRetry={() => look.mutate()} />}
    </Stack>
  );
}

const marks = {
  passed: { color: 'teal.8', icon: <IconCheck size={12} /> },
  failed: { color: 'red.8', icon: <IconX size={12} /> },
  unknown: { color: 'gray.7', icon: <IconQuestionMark size={12} /> },
} as const;

function Seen({ check }: { check: SocialCheck }) {
  const { color, icon } = marks[check.outcome];
  return (
    <List.Item
      icon={
        <ThemeIcon size={18} radius="xl" color={color} aria-hidden>
          {icon}
        </ThemeIcon>
      }
    >
      <Text size="sm" component="span">
        {said(check)}
      </Text>{' '}
      {check.detail && <Code style={{ overflowWrap: 'anywhere' }}>{check.detail}</Code>}
    </List.Item>
  );
}

/** In the language of the page; the server's own words where the catalogue has none. */
function said({ name, reason, message }: SocialCheck): string {
  const key = reason === undefined ? `social.passed.${name}` : reason === 'bad_answer' ? `social.bad-answer.${name}` : `social.reason.${reason}`;
  return words(key) ?? message;
}
