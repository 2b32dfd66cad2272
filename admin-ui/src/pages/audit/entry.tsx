import { Drawer, Group, Stack, Table, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { changes, facts, show } from '../../lib/changes';
import { exact } from '../../lib/dates';
import { t } from '../../lib/i18n';
import { firstPage } from '../../lib/pager';
import type { AuditSearch } from '../../lib/search';
import { Copyable } from '../../ui/copy';
import { ButtonLink, TextLink } from '../../ui/link';
import { Fact } from '../../ui/panel';
import { Person } from '../../ui/person';
import { called, deed, type Entry, kindOf } from './words';

type Props = { slug: string | undefined; entry: Entry | undefined };

/** One entry with everything known about it. */
export function EntryDrawer({ slug, entry }: Props) {
  const navigate = useNavigate();
  const close = () => void navigate({ to: '.', search: (old) => ({ ...old, open: undefined }), resetScroll: false });
  return (
    <Drawer opened={entry !== undefined} onClose={close} position="right" title={t('audit.entry')} size={520}>
      {entry && <Whole slug={slug} entry={entry} />}
    </Drawer>
  );
}

function Whole({ slug, entry }: { slug: string | undefined; entry: Entry }) {
  const { actor, action, target } = entry;
  return (
    <Stack gap="lg">
      <Person name={called(actor)} detail={`${kindOf(actor.type)} · ${deed(action)}`} />
      <Changes entry={entry} />
      <Facts slug={slug} entry={entry} />
      <Group gap="xs">
        <Only search={{ actor: actor.id }}>{t('audit.only-actor')}</Only>
        {slug !== undefined && target?.type === 'user' && <Only search={{ user: Number(target.id) }}>{t('audit.only-user')}</Only>}
      </Group>
    </Stack>
  );
}

/** Leads to the list narrowed to one thing. */
function Only({ search, children }: { search: AuditSearch; children: string }) {
  return (
    <ButtonLink to="." search={(old) => ({ ...old, ...firstPage, open: undefined, action: undefined, ...search })} variant="default" size="xs">
      {children}
    </ButtonLink>
  );
}

function Changes({ entry }: { entry: Entry }) {
  const all = changes(entry.details);
  const touched = entry.action === 'user.profile_changed' ? facts(entry.details).map(([name]) => name) : [];
  if (touched.length > 0) {
    return (
      <Stack gap={4}>
        <Fact name={t('audit.touched')}>{touched.join(', ')}</Fact>
        <Text size="xs" c="dimmed">
          {t('audit.touched-hint')}
        </Text>
      </Stack>
    );
  }
  if (all.length === 0) return null;
  const named = all.some(({ field }) => field !== '');
  return (
    <Table withTableBorder aria-label={t('audit.change')} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          {named && <Table.Th>{t('audit.field')}</Table.Th>}
          <Table.Th>{t('audit.before')}</Table.Th>
          <Table.Th>{t('audit.after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody style={{ overflowWrap: 'anywhere' }}>
        {all.map(({ field, from, to }) => (
          <Table.Tr key={field}>
            {named && <Table.Td>{field}</Table.Td>}
            <Table.Td>
              <Value of={from} />
            </Table.Td>
            <Table.Td>
              <Value of={to} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Value({ of }: { of: unknown }) {
  const text = show(of);
  return text ? <>{text}</> : <Text span size="sm" c="dimmed">{t('audit.nothing')}</Text>;
}

function Facts({ slug, entry }: { slug: string | undefined; entry: Entry }) {
  const { action, at, target, tenant, user_id, ip, request_id, id, details } = entry;
  return (
    <Stack component="dl" gap="xs" m={0}>
      <Fact name={t('audit.when')}>{exact(at)}</Fact>
      {tenant && (
        <Fact name={t('audit.where')}>
          <TextLink to="/tenants/$slug/audit" params={{ slug: tenant.slug }} size="sm">
            {tenant.name}
          </TextLink>
        </Fact>
      )}
      {target && (
        <Fact name={t('audit.whom')}>
          {slug !== undefined && user_id !== null && target.name !== null ? (
            <TextLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }} size="sm">
              {called(target)}
            </TextLink>
          ) : (
            called(target)
          )}
        </Fact>
      )}
      {action !== 'user.profile_changed' && facts(details).map(([name, value]) => <Fact key={name} name={name.replaceAll('_', ' ')}>{show(value) || t('audit.nothing')}</Fact>)}
      <Fact name={t('audit.address')}>{ip || t('audit.no-request')}</Fact>
      {request_id && (
        <Fact name={t('error.request')}>
          <Copyable value={request_id} what={t('error.request')} />
        </Fact>
      )}
      <Fact name={t('audit.id')}>
        <Copyable value={id} what={t('audit.id')} />
      </Fact>
    </Stack>
  );
}
