import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { userQuery, usersQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { displayName, handle } from '../../lib/people';

type Props = { slug: string; user: number | undefined; label: string; /** Stands while nobody is chosen. */ anybody: string; onPick: (user: number | undefined) => void };

/** A user of the tenant, looked for on the server by any identifier, to narrow a list by. */
export function UserChoice({ slug, user, label, anybody, onPick }: Props) {
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({ ...usersQuery(slug, { q: q || undefined }), placeholderData: keepPreviousData });
  const chosen = useQuery({ ...userQuery(slug, user ?? 0), enabled: user !== undefined });
  const name = chosen.data ? displayName(chosen.data) : t('audit.gone', { kind: t('audit.kind-user'), id: user ?? '' });
  const data = (found.data?.data ?? []).filter(({ id }) => id !== user).map((one) => ({ value: String(one.id), label: `${displayName(one)} · ${handle(one)}` }));
  return (
    <Select
      aria-label={label}
      placeholder={anybody}
      clearable
      searchable
      filter={({ options }) => options}
      onSearchChange={(next) => setText(next === name ? '' : next)}
      nothingFoundMessage={t('audit.nobody-found')}
      flex="1 1 150px"
      maw={200}
      comboboxProps={{ width: 300, position: 'bottom-start' }}
      value={user === undefined ? null : String(user)}
      onChange={(value) => onPick(value === null ? undefined : Number(value))}
      data={user === undefined ? data : [{ value: String(user), label: name }, ...data]}
    />
  );
}
