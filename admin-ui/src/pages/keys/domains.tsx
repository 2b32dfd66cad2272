import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Tooltip, VisuallyHidden } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconTrash, IconWorld } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import { Copyable } from '../../ui/copy';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { useFaults } from '../../ui/form';
import { List } from '../../ui/list';
import { Problem } from '../../ui/problem';
import { Section } from '../../ui/section';
import { Snippet } from '../../ui/snippet';
import { done } from '../../ui/toasts';
import { When } from '../../ui/when';
import { type Domain, domainsQuery } from './queries';

type Props = { slug: string; issuer: string | undefined; adding: boolean; onAdd: (on: boolean) => void };

export function Domains({ slug, issuer, adding, onAdd }: Props) {
  const query = useQuery(domainsQuery(slug));
  const button = (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => onAdd(true)}>
      {t('domains.add')}
    </Button>
  );
  return (
    <Section title={t('domains.title')} about={t('domains.about')} actions={query.data?.data.length !== 0 && button}>
      <List
        expects={1}
        query={query}
        label={t('domains.title')}
        columns={[host, created, actions(slug)]}
        rowKey={({ host }) => host}
        empty={
          <Empty small icon={IconWorld} title={t('domains.empty')} action={button}>
            {t('domains.empty-hint')}
          </Empty>
        }
      />
      {adding && <AddDomain slug={slug} issuer={issuer} onClose={() => onAdd(false)} />}
    </Section>
  );
}

const host: Column<Domain> = { key: 'host', header: t('domains.host'), phone: 'title', grow: true, cell: ({ host }) => <Copyable value={host} what={t('domains.host')} /> };

const created: Column<Domain> = { key: 'created', header: t('domains.since'), phone: 'meta', narrow: true, cell: ({ created_at }) => <When at={created_at} /> };

const actions = (slug: string): Column<Domain> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'aside',
  narrow: true,
  align: 'right',
  cell: ({ host }) => <Remove slug={slug} host={host} />,
});

function Remove({ slug, host }: { slug: string; host: string }) {
  const queries = useQueryClient();
  const remove = useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/domains/{host}', { params: { path: { slug, host } } })),
    onSuccess: () => done(t('domains.removed', { host })),
    onSettled: () => queries.invalidateQueries({ queryKey: domainsQuery(slug).queryKey }),
  });
  const sure = () => ask({ title: t('domains.remove-title', { host }), text: t('domains.remove-text'), confirm: t('domains.remove'), onConfirm: () => remove.mutateAsync() });
  return (
    <Tooltip label={t('domains.remove')}>
      <ActionIcon variant="subtle" color="red" aria-label={t('domains.remove-one', { host })} loading={remove.isPending} onClick={sure}>
        <IconTrash size={17} />
      </ActionIcon>
    </Tooltip>
  );
}

function AddDomain({ slug, issuer, onClose }: { slug: string; issuer: string | undefined; onClose: () => void }) {
  const form = useForm({ mode: 'controlled', initialValues: { host: '' } });
  const faults = useFaults(form);
  const add = useAdd(slug, faults, onClose);
  const here = issuer ? new URL(issuer).hostname : window.location.hostname;
  const record = /^[\d.]+$/.test(here) ? `A ${here}` : `CNAME ${here}.`; // a name cannot lead to an address by a CNAME
  const typed = form.getValues().host.trim().toLowerCase() || 'id.example.com';
  return (
    <Modal opened onClose={onClose} title={t('domains.add-title')}>
      <form onSubmit={form.onSubmit(({ host }) => add.mutate(host.trim()))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <TextInput {...form.getInputProps('host')} label={t('domains.host')} description={t('domains.host-hint')} placeholder="id.example.com" required spellCheck={false} autoCapitalize="off" data-autofocus />
          <Stack gap={6}>
            <Text size="sm">{t('domains.dns')}</Text>
            <Snippet code={`${typed}. ${record}`} what={t('domains.record')} />
            <Text size="xs" c="dimmed">
              {t('domains.certificate')}
            </Text>
          </Stack>
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {t('domains.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function useAdd(slug: string, faults: ReturnType<typeof useFaults>, onDone: () => void) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: (host: string) => answer(api.PUT('/admin/v1/tenants/{slug}/domains/{host}', { params: { path: { slug, host } } })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ host }) => {
      done(t('domains.added', { host }));
      void queries.invalidateQueries({ queryKey: domainsQuery(slug).queryKey });
      onDone();
    },
  });
}
