import { Box, Group, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { tenantQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import type { Draft } from '../../lib/settings';
import { Copyable } from '../../ui/copy';
import { Panel } from '../../ui/panel';
import { type Contract, contractNames, contracts, words } from './fields';
import { Setting } from './setting';

/** The interfaces that clients of other systems speak, each with its own switches. */
export function Contracts({ slug, draft }: { slug: string; draft: Draft }) {
  const tenant = useQuery(tenantQuery(slug));
  return (
    <>
      <Stack gap={6}>
        <Text size="sm" c="dimmed" maw={680}>
          {t('settings.contracts-about')}
        </Text>
        {tenant.data && <Copyable value={tenant.data.issuer} what={t('settings.base-url')} />}
      </Stack>
      {contractNames.map((name) => (
        <One key={name} name={name} draft={draft} />
      ))}
    </>
  );
}

function One({ name, draft }: { name: Contract; draft: Draft }) {
  const path = `contracts.${name}.enabled`;
  const on = draft.value(path) === true;
  const title = words(`settings.contract.${name}`) ?? name;
  return (
    <Panel
      title={title}
      actions={
        <Switch
          data-setting={path}
          checked={on}
          onChange={(event) => draft.set(path, event.currentTarget.checked)}
          label={on ? t('settings.served') : t('settings.not-served')}
          aria-label={t('settings.serve', { name: title })}
        />
      }
    >
      <Text size="sm" c="dimmed" maw={680}>
        {words(`settings.contract.${name}-about`)}
      </Text>
      {on && contracts[name].length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="lg">
          {contracts[name].map((field) => (
            <Box key={field.path}>
              <Setting field={field} draft={draft} />
            </Box>
          ))}
        </SimpleGrid>
      )}
      {!on && (
        <Group>
          <Text size="sm">{t('settings.contract-off')}</Text>
        </Group>
      )}
    </Panel>
  );
}
