import { PasswordInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { testText } from '../../api/settings';
import { t } from '../../lib/i18n';
import { type Draft, isTree } from '../../lib/settings';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { type Field, hintOf, labelOf, optionOf } from './fields';
import { Setting } from './setting';
import { Trial } from './trial';

const providers = ['twilio', 'vonage', 'hook'] as const;
type Provider = (typeof providers)[number];

/** What each asks for besides its secret. */
const asked: Record<Provider, readonly ('account' | 'sender' | 'url')[]> = { twilio: ['account', 'sender', 'url'], vonage: ['account', 'sender', 'url'], hook: ['url'] };

const limits: readonly Field[] = [
  { path: 'sms.region', kind: 'region' },
  { path: 'sms.regions', kind: 'regions' },
  { path: 'sms.per_day', kind: 'number', min: 1, max: 1_000_000 },
  { path: 'sms.max_parts', kind: 'number', min: 1, max: 10 },
];

/** Who sends text messages for the tenant, where to, and how many. */
export function TextMessages({ slug, draft }: { slug: string; draft: Draft }) {
  const [trying, setTrying] = useState(false);
  const unsaved = draft.changes.some(({ path }) => path.startsWith('sms')) ? t('settings.save-first') : undefined;
  const name = providers.find((one) => one === draft.value('sms.provider.name'));
  return (
    <Panel
      title={t('settings.part.sms')}
      actions={
        <Guarded because={unsaved} variant="default" size="xs" leftSection={<IconSend size={14} />} onClick={() => setTrying(true)}>
          {t('settings.sms-test-open')}
        </Guarded>
      }
    >
      <Select
        label={labelOf('sms.provider.name')}
        description={name ? optionHint(name) : t('settings.sms.provider.none-hint')}
        error={draft.error('sms.provider.name')}
        data-setting="sms.provider.name"
        allowDeselect={false}
        maw={420}
        value={name ?? ''}
        onChange={(value) => draft.setSection('sms.provider', value ? providerOf(draft, value) : null)}
        data={[{ value: '', label: t('settings.sms.provider.none') }, ...providers.map((value) => ({ value, label: optionOf('sms.provider.name', value) }))]}
      />
      {name && <Account name={name} draft={draft} />}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="lg">
        {limits.map((field) => (
          <Setting key={field.path} field={field} draft={draft} />
        ))}
      </SimpleGrid>
      {trying && <Trial title={t('settings.sms-test-title')} text={t('settings.sms-test-text')} channel="sms" send={(to) => testText(slug, to)} onClose={() => setTrying(false)} />}
    </Panel>
  );
}

function optionHint(name: Provider): string {
  return { twilio: t('settings.sms.provider.twilio-hint'), vonage: t('settings.sms.provider.vonage-hint'), hook: t('settings.sms.provider.hook-hint') }[name];
}

/** The one that is saved, if it is this one; else an empty one: a secret never goes along to somebody else. */
function providerOf(draft: Draft, name: string) {
  const before = draft.changes.find(({ path }) => path === 'sms.provider')?.from;
  const saved = isTree(before) && before.name === name ? before : undefined;
  return saved ?? { name };
}

function Account({ name, draft }: { name: Provider; draft: Draft }) {
  const text = (path: string) => ({
    label: labelOf(path),
    error: draft.error(path),
    'data-setting': path,
    value: String(draft.value(path) ?? ''),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => draft.set(path, event.currentTarget.value),
    autoComplete: 'off',
    spellCheck: false,
  });
  // With another name or address the secret that is stored goes.
  const kept = !draft.changes.some(({ path }) => path === 'sms.provider.name' || path === 'sms.provider.url');
  const described = (field: string) => hintOf(`sms.provider.${field}.${name}`) ?? hintOf(`sms.provider.${field}`);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {asked[name].map((field) => (
        <TextInput key={field} {...text(`sms.provider.${field}`)} description={described(field)} required={field !== 'url' || name === 'hook'} />
      ))}
      <PasswordInput
        {...text('sms.provider.secret')}
        description={described('secret')}
        placeholder={kept ? t('settings.secret-kept') : undefined}
        aria-invalid={draft.error('sms.provider.secret') !== undefined}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('field.password-show') }}
      />
    </SimpleGrid>
  );
}
