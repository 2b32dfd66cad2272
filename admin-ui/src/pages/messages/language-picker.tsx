import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconLanguage } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../lib/i18n';
import { messagesQuery, type Which } from './queries';
import { languageOf } from './words';

const add = '+'; // no tag looks like this

/** Leads to the same message in another language, one that is new too. */
export function LanguagePicker({ which }: { which: Which }) {
  const [adding, setAdding] = useState(false);
  const navigate = useNavigate();
  const { data } = useQuery(messagesQuery(which.slug));
  const message = data?.data.find(({ channel, kind }) => channel === which.channel && kind === which.kind);
  const known = message?.locales.map(({ locale, version }) => ({ value: locale, label: version === null ? languageOf(locale) : t('messages.language-own', { language: languageOf(locale) }) })) ?? [];
  const here = known.some(({ value }) => value === which.locale) ? [] : [{ value: which.locale, label: languageOf(which.locale) }];
  const go = (locale: string) => void navigate({ to: '/tenants/$slug/messages/$channel/$kind/$locale', params: { ...which, locale } });
  return (
    <>
      <Select
        aria-label={t('messages.language')}
        leftSection={<IconLanguage size={16} />}
        allowDeselect={false}
        w={280}
        maw="100%"
        value={which.locale}
        onChange={(value) => (value === add ? setAdding(true) : value && go(value))}
        data={[...known, ...here, { value: add, label: t('messages.language-add') }]}
        maxDropdownHeight={320}
      />
      {adding && <AddLanguage taken={known.map(({ value }) => value)} onClose={() => setAdding(false)} onPick={go} />}
    </>
  );
}

type AddProps = { taken: string[]; onClose: () => void; onPick: (locale: string) => void };

function AddLanguage({ taken, onClose, onPick }: AddProps) {
  const form = useForm({ mode: 'controlled', initialValues: { tag: '' }, validate: { tag: (tag) => problem(canonical(tag), taken) } });
  const tag = canonical(form.getValues().tag);
  const pick = () => {
    onClose();
    if (tag) onPick(tag);
  };
  return (
    <Modal opened onClose={onClose} title={t('messages.language-add-title')}>
      <form onSubmit={form.onSubmit(pick)}>
        <Stack>
          <TextInput
            {...form.getInputProps('tag')}
            label={t('messages.language-tag')}
            description={tag && languageOf(tag) !== tag ? languageOf(tag) : t('messages.language-tag-hint')}
            placeholder="it"
            maxLength={35}
            required
            spellCheck={false}
            autoCapitalize="off"
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit">{t('messages.language-begin')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function problem(tag: string | undefined, taken: string[]): string | null {
  if (tag === undefined) return t('messages.language-wrong');
  return taken.includes(tag) ? t('messages.language-taken') : null;
}

/** A BCP 47 tag as it is written, or undefined for what is none. */
function canonical(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.trim())[0];
  } catch {
    return undefined;
  }
}
