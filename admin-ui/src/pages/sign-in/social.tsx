import { Box, Button, Divider, Group, Stack, Text } from '@mantine/core';
import { Fragment } from 'react';
import { t } from '../../lib/i18n';
import { type SocialProvider, socialProviders } from '../../lib/search';
import type { Draft } from '../../lib/settings';
import { Panel } from '../../ui/panel';
import { Status, type Tone } from '../../ui/status';
import { isSaved, nameOf, type State, stateOf } from './provider';
import { Provider } from './social-provider';

type Props = { slug: string; draft: Draft; opened: SocialProvider | undefined; onOpen: (name: SocialProvider | undefined) => void };

const tones: Record<State, Tone> = { on: 'good', off: 'off', incomplete: 'bad', unsaved: 'wait' };

/** Who people can sign in with besides a password, one of them opened at a time. */
export function Social({ slug, draft, opened, onOpen }: Props) {
  return (
    <Panel title={t('settings.part.providers')}>
      <Text size="sm" c="dimmed" maw={680}>
        {t('social.about')}
      </Text>
      <Stack gap="md">
        {socialProviders.map((name, i) => (
          <Fragment key={name}>
            {i > 0 && <Divider />}
            <Box component="section" aria-label={nameOf(name)}>
              <Group justify="space-between" wrap="nowrap" gap="sm">
                <Text fw={500}>{nameOf(name)}</Text>
                <Group gap="md" wrap="nowrap">
                  <Status tone={tones[stateOf(draft, name)]}>{stateWord(stateOf(draft, name))}</Status>
                  <Toggle name={name} saved={isSaved(draft, name)} open={name === opened} onOpen={onOpen} />
                </Group>
              </Group>
              {name === opened && <Provider slug={slug} name={name} draft={draft} />}
            </Box>
          </Fragment>
        ))}
      </Stack>
    </Panel>
  );
}

function Toggle({ name, saved, open, onOpen }: { name: SocialProvider; saved: boolean; open: boolean; onOpen: Props['onOpen'] }) {
  const provider = nameOf(name);
  const word = open ? t('close') : saved ? t('social.change') : t('social.set-up');
  const label = open ? t('social.close-one', { provider }) : saved ? t('social.change-one', { provider }) : t('social.set-up-one', { provider });
  return (
    <Button variant="default" size="xs" miw={90} aria-expanded={open} aria-label={label} onClick={() => onOpen(open ? undefined : name)}>
      {word}
    </Button>
  );
}

function stateWord(state: State): string {
  return { on: t('social.state.on'), off: t('social.state.off'), incomplete: t('social.state.incomplete'), unsaved: t('social.state.unsaved') }[state];
}
