import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { tenantsQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { firstPage } from '../../lib/pager';
import type { AuditSearch } from '../../lib/search';
import { UserChoice } from './user-choice';
import { actionChoices, called, type Entry } from './words';

type Props = { search: AuditSearch; entries: Entry[] };

export function Filters({ slug, search, entries }: Props & { slug: string }) {
  const set = useSet();
  return (
    <Bar search={search} entries={entries}>
      <UserChoice slug={slug} user={search.user} label={t('audit.find-user')} anybody={t('audit.any-user')} onPick={(user) => set({ user })} />
    </Bar>
  );
}

export function PlatformFilters({ search, entries }: Props) {
  return (
    <Bar search={search} entries={entries}>
      <Tenant tenant={search.tenant} />
    </Bar>
  );
}

function useSet() {
  const navigate = useNavigate();
  return (change: AuditSearch) => void navigate({ to: '.', search: (old) => ({ ...old, ...firstPage, open: undefined, ...change }) });
}

/** What both trails can be narrowed by; `children` is the choice of whom or where. */
function Bar({ search, entries, children }: Props & { children: React.ReactNode }) {
  const { action, actor, user, tenant, since, until } = search;
  const set = useSet();
  const choices = useMemo(() => actionChoices(), []);
  const narrowed = action ?? actor ?? user ?? tenant ?? since ?? until;
  return (
    <Group gap="sm">
      <Actor actor={actor} entries={entries} />
      <Select
        aria-label={t('audit.what')}
        placeholder={t('audit.any-action')}
        clearable
        searchable
        flex="1 1 180px" maw={230}
        value={action ?? null}
        onChange={(value) => set({ action: value ?? undefined })}
        data={action && !choices.some(({ items }) => items.some(({ value }) => value === action)) ? [action, ...choices] : choices}
      />
      {children}
      <Day label={t('audit.since')} short={t('audit.from')} value={since} max={until} onPick={(value) => set({ since: value })} />
      <Day label={t('audit.until')} short={t('audit.to')} value={until} min={since} onPick={(value) => set({ until: value })} />
      {narrowed !== undefined && (
        <Button variant="subtle" color="gray" onClick={() => set({ action: undefined, actor: undefined, user: undefined, tenant: undefined, since: undefined, until: undefined })}>
          {t('audit.clear')}
        </Button>
      )}
    </Group>
  );
}

type DayProps = { label: string; short: string; value: string | undefined; min?: string; max?: string; onPick: (day: string | undefined) => void };

function Day({ label, short, value = '', min, max, onPick }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      flex="1 1 175px"
      maw={195}
      leftSection={
        <Text size="xs" c="dimmed">
          {short}
        </Text>
      }
      leftSectionWidth={46}
      value={value}
      min={min}
      max={max}
      onChange={(event) => onPick(event.currentTarget.value || undefined)}
    />
  );
}

/** Those who act on this page; the drawer of an entry leads to any other. */
function Actor({ actor, entries }: { actor: string | undefined; entries: Entry[] }) {
  const set = useSet();
  const known = new Map(entries.map((entry) => [entry.actor.id, called(entry.actor)]));
  if (actor && !known.has(actor)) known.set(actor, actor);
  return (
    <Select
      aria-label={t('audit.actor')}
      placeholder={t('audit.any-actor')}
      clearable
      searchable
      flex="1 1 150px" maw={200}
      value={actor ?? null}
      onChange={(value) => set({ actor: value ?? undefined })}
      data={[...known].map(([value, label]) => ({ value, label }))}
    />
  );
}

function Tenant({ tenant }: { tenant: string | undefined }) {
  const set = useSet();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({ ...tenantsQuery({ q: q || undefined, limit: 20 }), placeholderData: keepPreviousData });
  const data = (found.data?.data ?? []).filter(({ slug }) => slug !== tenant).map(({ slug, name }) => ({ value: slug, label: `${name} · ${slug}` }));
  return (
    <Select
      aria-label={t('audit.find-tenant')}
      placeholder={t('audit.any-tenant')}
      clearable
      searchable
      filter={({ options }) => options}
      onSearchChange={(next) => setText(next === tenant ? '' : next)}
      nothingFoundMessage={t('where.none')}
      flex="1 1 150px" maw={200}
      comboboxProps={{ width: 300, position: 'bottom-start' }}
      value={tenant ?? null}
      onChange={(value) => set({ tenant: value ?? undefined })}
      data={tenant === undefined ? data : [{ value: tenant, label: tenant }, ...data]}
    />
  );
}
