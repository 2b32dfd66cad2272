import { ActionIcon, Badge, Button, Code, Group, Menu, Stack, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDots, IconKey, IconPlus, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { relative } from '../../lib/dates';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { List } from '../../ui/list';
import { Section } from '../../ui/section';
import { done } from '../../ui/toasts';
import { When } from '../../ui/when';
import { MakeKey } from './make-key';
import { type Key, keysQuery } from './queries';

type Props = { slug: string; making: boolean; onMake: (on: boolean) => void };

export function APIKeys({ slug, making, onMake }: Props) {
  const query = useQuery(keysQuery(slug));
  const [replaced, setReplaced] = useState<Key>();
  const make = (old?: Key) => {
    setReplaced(old);
    onMake(true);
  };
  const close = () => {
    setReplaced(undefined);
    onMake(false);
  };
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => make()}>
      {t('api-keys.make')}
    </Button>
  );
  const rows = query.data?.data;
  return (
    <Section title={t('api-keys.title')} about={t('api-keys.hint')} actions={rows?.length !== 0 && button}>
      <List
        expects={2}
        query={query}
        label={t('api-keys.title')}
        columns={[name, kind, created, used, actions(slug, make)]}
        rowKey={({ id }) => id}
        empty={
          <Empty small icon={IconKey} title={t('api-keys.empty')} action={button}>
            {t('api-keys.empty-hint')}
          </Empty>
        }
      />
      {making && <MakeKey slug={slug} old={replaced} onClose={close} />}
    </Section>
  );
}

const name: Column<Key> = {
  key: 'name',
  header: t('field.name'),
  phone: 'title',
  grow: true,
  cell: (key) => (
    <Stack gap={2}>
      <Text size="sm" fw={550} truncate>
        {key.name}
      </Text>
      <div>
        <Code>{key.hint}</Code>
      </div>
    </Stack>
  ),
};

const kind: Column<Key> = {
  key: 'kind',
  header: t('api-keys.kind'),
  phone: 'meta',
  narrow: true,
  cell: ({ kind }) => (
    <Tooltip label={kind === 'secret' ? t('api-keys.secret-hint') : t('api-keys.publishable-hint')} multiline maw={300}>
      <Badge>{kind === 'secret' ? t('api-keys.secret') : t('api-keys.publishable')}</Badge>
    </Tooltip>
  ),
};

const created: Column<Key> = {
  key: 'created',
  header: t('field.created'),
  phone: 'meta',
  narrow: true,
  cell: ({ created_at }) => (
    <Text size="sm">
      <Small>{t('field.created')}</Small>
      <When at={created_at} />
    </Text>
  ),
};

const used: Column<Key> = {
  key: 'used',
  header: t('api-keys.used'),
  phone: 'meta',
  narrow: true,
  cell: (key) => (
    <Text size="sm" c={key.last_used_at ? undefined : 'dimmed'}>
      <Small>{t('api-keys.used')}</Small>
      {key.kind === 'publishable' ? (
        <Tooltip label={t('api-keys.uncounted-hint')} multiline maw={300}>
          <span tabIndex={0}>{t('api-keys.uncounted')}</span>
        </Tooltip>
      ) : (
        <When at={key.last_used_at} never={t('api-keys.never')} />
      )}
    </Text>
  ),
};

/** What the column's head says, where there are no heads. */
function Small({ children }: { children: string }) {
  return (
    <Text span c="dimmed" hiddenFrom="sm">
      {children}:{' '}
    </Text>
  );
}

const actions = (slug: string, onReplace: (key: Key) => void): Column<Key> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'aside',
  narrow: true,
  align: 'right',
  cell: (key) => <Actions slug={slug} of={key} onReplace={onReplace} />,
});

function Actions({ slug, of, onReplace }: { slug: string; of: Key; onReplace: (key: Key) => void }) {
  const remove = useRemove(slug, of);
  const sure = () => {
    const use = of.last_used_at ? t('api-keys.delete-used', { when: relative(of.last_used_at) }) : '';
    ask({ title: t('api-keys.delete-title', { name: of.name }), text: `${deletion[of.kind]()} ${use}`.trim(), confirm: t('api-keys.delete'), onConfirm: () => remove.mutateAsync() });
  };
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('api-keys.actions', { name: of.name })} loading={remove.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => onReplace(of)}>
            {t('api-keys.replace')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} c="var(--mantine-color-error)" onClick={sure}>
            {t('api-keys.delete-open')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

const deletion = { secret: () => t('api-keys.delete-secret'), publishable: () => t('api-keys.delete-publishable') };

function useRemove(slug: string, { id, name }: Key) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/keys/{id}', { params: { path: { slug, id } } })),
    onSuccess: () => done(t('api-keys.deleted', { name })),
    onSettled: () => queries.invalidateQueries({ queryKey: keysQuery(slug).queryKey }),
  });
}
