import { Group, NumberInput, PasswordInput, Select, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { testMail } from '../../api/settings';
import { t } from '../../lib/i18n';
import { type Draft, isTree } from '../../lib/settings';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { hintOf, labelOf, optionOf } from './fields';
import { Trial } from './trial';

type Props = { slug: string; draft: Draft };

const fresh = { port: 587, tls: 'starttls' };

/** The tenant's own way out for mail, or the platform's. */
export function MailServer({ slug, draft }: Props) {
  const [trying, setTrying] = useState(false);
  const own = draft.value('smtp.port') !== undefined;
  const unsaved = draft.changes.some(({ path }) => path.startsWith('smtp')) ? t('settings.save-first') : undefined;
  return (
    <Panel
      title={t('settings.part.mail')}
      actions={
        <Guarded because={unsaved} variant="default" size="xs" leftSection={<IconSend size={14} />} onClick={() => setTrying(true)}>
          {t('settings.test-open')}
        </Guarded>
      }
    >
      <Switch
        checked={own}
        onChange={(event) => draft.setSection('smtp', event.currentTarget.checked ? restored(draft) : null)}
        label={t('settings.smtp-own')}
        description={own ? t('settings.smtp-own-hint') : t('settings.smtp-platform-hint')}
      />
      {own && <Server draft={draft} />}
      {trying && <Trial title={t('settings.test-title')} text={t('settings.test-text')} channel="email" send={(to) => testMail(slug, to)} onClose={() => setTrying(false)} />}
    </Panel>
  );
}

/** What was saved before somebody switched off and on again, else a fresh one. */
function restored(draft: Draft) {
  const removed = draft.changes.find(({ path }) => path === 'smtp')?.from;
  return isTree(removed) ? removed : fresh;
}

function Server({ draft }: { draft: Draft }) {
  const text = (path: string) => ({
    label: labelOf(path),
    description: hintOf(path),
    error: draft.error(path),
    'data-setting': path,
    value: String(draft.value(path) ?? ''),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => draft.set(path, event.currentTarget.value),
    autoComplete: 'off',
    spellCheck: false,
  });
  const port = draft.value('smtp.port');
  const kept = !draft.changes.some(({ path, from }) => path === 'smtp.port' && from === undefined);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput {...text('smtp.host')} placeholder="smtp.example.com" required />
      <Group gap="md" wrap="nowrap" align="flex-start" grow preventGrowOverflow={false}>
        <NumberInput
          label={labelOf('smtp.port')}
          error={draft.error('smtp.port')}
          data-setting="smtp.port"
          value={typeof port === 'number' ? port : ''}
          onChange={(value) => draft.set('smtp.port', value)}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          w={90}
          flex="0 0 auto"
        />
        <Select
          label={labelOf('smtp.tls')}
          error={draft.error('smtp.tls')}
          data-setting="smtp.tls"
          allowDeselect={false}
          value={String(draft.value('smtp.tls') ?? '')}
          onChange={(value) => draft.set('smtp.tls', value)}
          data={['starttls', 'tls', 'none'].map((value) => ({ value, label: optionOf('smtp.tls', value) }))}
        />
      </Group>
      <TextInput {...text('smtp.username')} />
      <PasswordInput {...text('smtp.password')} placeholder={kept ? t('settings.secret-kept') : undefined} aria-invalid={draft.error('smtp.password') !== undefined} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('field.password-show') }} />
    </SimpleGrid>
  );
}
