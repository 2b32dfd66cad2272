import { Code, Stack, Tabs, Text } from '@mantine/core';
import { useState } from 'react';
import type { Settings } from '../../api/settings';
import { t } from '../../lib/i18n';
import { nameOfContract } from '../../lib/names';
import { TextLink } from '../../ui/link';
import { Panel } from '../../ui/panel';
import { Snippet } from '../../ui/snippet';
import { type Contract, contracts, newLine, oldLine, type Place, signInBy } from './snippets';

type Props = { slug: string; place: Place; settings: Settings | undefined };

/** For a client that speaks one of the contracts, one line changes. */
export function OldClients({ slug, place, settings }: Props) {
  const [contract, choose] = useState<Contract>('restauth');
  return (
    <Panel title={t('start.old')}>
      <Text size="sm" c="dimmed" maw={680}>
        {t('start.old-text')}
      </Text>
      <Tabs variant="pills" value={contract} onChange={(value) => choose(contracts.find((one) => one === value) ?? 'restauth')} keepMounted={false}>
        <Tabs.List mb="md">
          {contracts.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {nameOfContract(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {contracts.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <Stack gap="sm">
              {settings && !settings.contracts[one].enabled && (
                <Text size="sm">
                  {t('start.old-off')}{' '}
                  <TextLink to="/tenants/$slug/sign-in" params={{ slug }} search={{ tab: 'contracts' }} size="sm">
                    {t('start.old-on')}
                  </TextLink>
                </Text>
              )}
              <Text size="sm">{t('start.old-line')}</Text>
              <div>
                <Code c="dimmed" td="line-through" style={{ overflowWrap: 'anywhere' }}>{oldLine}</Code>
              </div>
              <Snippet code={newLine(place)} what={t('start.new-line')} />
              <Text size="sm">{t('start.old-check')}</Text>
              <Snippet code={signInBy(one, place)} what={t('start.curl')} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}
