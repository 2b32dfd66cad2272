import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../lib/i18n';

type SearchBoxProps = { value: string; onSearch: (text: string) => void; label: string };

/** Searches a moment after typing stops. `value` is what the address says; it wins when it changes. */
export function SearchBox({ value, onSearch, label }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (value !== known) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }
  const later = useDebouncedCallback((next: string) => onSearch(next.trim()), 250);
  const change = (next: string) => {
    setText(next);
    later(next);
  };
  return (
    <TextInput
      type="search"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={16} />}
      rightSection={text && <CloseButton size="sm" aria-label={t('search.clear')} onClick={() => change('')} />}
      flex="1 1 220px"
      maw={360}
    />
  );
}
