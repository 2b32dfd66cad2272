import { Alert, Button, List, PasswordInput, SimpleGrid, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { refreshTenant, tenantQuery } from '../../api/queries';
import { removeProvider } from '../../api/settings';
import { t } from '../../lib/i18n';
import type { SocialProvider } from '../../lib/search';
import { type Draft, isTree } from '../../lib/settings';
import { ask } from '../../ui/ask';
import { Copyable } from '../../ui/copy';
import { Guarded } from '../../ui/guarded';
import { TextLinkAway } from '../../ui/link';
import { done } from '../../ui/toasts';
import { words } from './fields';
import { directoryOf, facts, isChanged, isSaved, issuerOf, keepsSecret, nameOf, pathOf } from './provider';
import { Look } from './social-look';

type Props = { slug: string; name: SocialProvider; draft: Draft };

/** How one provider is set up, and what it is told. */
export function Provider({ slug, name, draft }: Props) {
  const endpoints = draft.value(pathOf(name, 'endpoints'));
  const elsewhere = isTree(endpoints) && Object.values(endpoints).some(Boolean);
  return (
    <Stack gap="lg" pt="md">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="lg">
        <Guide slug={slug} name={name} />
        <Stack gap="md">
          <Fields name={name} draft={draft} />
          {elsewhere && (
            <Alert color="yellow" variant="light">
              {t('social.elsewhere')}
            </Alert>
          )}
        </Stack>
      </SimpleGrid>
      <Look slug={slug} name={name} draft={draft} actions={<Remove slug={slug} name={name} draft={draft} />} />
    </Stack>
  );
}

function Guide({ slug, name }: { slug: string; name: SocialProvider }) {
  const tenant = useQuery(tenantQuery(slug));
  const { console, steps } = facts[name];
  return (
    <Stack gap="sm" align="flex-start" maw="100%" miw={0}>
      <List type="ordered" size="sm" spacing={6} pr="md">
        {Array.from({ length: steps }, (_, i) => (
          <List.Item key={i}>{words(`social.${name}.step-${i + 1}`)}</List.Item>
        ))}
      </List>
      {console && (
        <TextLinkAway href={console} size="sm">
          {t('social.console', { provider: nameOf(name) })}
        </TextLinkAway>
      )}
      <Text size="sm" fw={500}>
        {t('social.callback')}
      </Text>
      {tenant.data && <Copyable value={`${tenant.data.issuer.replace(/\/$/, '')}/pages/social/${name}/callback`} what={t('social.callback')} />}
    </Stack>
  );
}

function labelled(name: SocialProvider, field: string) {
  return {
    label: words(`social.${name}.${field}`) ?? words(`social.${field}`) ?? field,
    description: words(`social.${name}.${field}-hint`) ?? words(`social.${field}-hint`),
  };
}

function Fields({ name, draft }: Omit<Props, 'slug'>) {
  const { asks, optional, extras } = facts[name];
  const common = (field: string) => ({ ...labelled(name, field), error: draft.error(pathOf(name, field)), 'data-setting': pathOf(name, field) });
  const text = (field: string) => ({
    ...common(field),
    value: String(draft.value(pathOf(name, field)) ?? ''),
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => draft.set(pathOf(name, field), event.currentTarget.value),
    autoComplete: 'off',
    spellCheck: false,
  });
  const directory = text('issuer');
  const kept = keepsSecret(draft, name);
  const secret = { ...text('client_secret'), placeholder: kept ? t('settings.secret-kept') : undefined, required: !kept };
  const also = draft.value(pathOf(name, 'also_for'));
  return (
    <>
      {asks.map((field) =>
        field === 'issuer' && name === 'microsoft' ? (
          <TextInput key={field} {...directory} value={directoryOf(directory.value)} onChange={(event) => draft.set(pathOf(name, field), issuerOf(event.currentTarget.value))} />
        ) : (
          <TextInput key={field} {...text(field)} required={field !== optional} placeholder={field === 'issuer' ? 'https://sso.example.com/realms/staff' : undefined} />
        ),
      )}
      {name === 'apple' ? (
        <Textarea {...secret} autosize minRows={3} maxRows={8} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />
      ) : (
        <PasswordInput {...secret} aria-invalid={draft.error(pathOf(name, 'client_secret')) !== undefined} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('field.password-show') }} />
      )}
      {extras.includes('trust_email') && (
        <Switch {...common('trust_email')} checked={draft.value(pathOf(name, 'trust_email')) === true} onChange={(event) => setExtra(draft, name, 'trust_email', event.currentTarget.checked)} />
      )}
      {extras.includes('also_for') && (
        <TagsInput {...common('also_for')} value={Array.isArray(also) ? also.map(String) : []} onChange={(next) => setExtra(draft, name, 'also_for', next)} splitChars={[',', ' ']} acceptValueOnBlur />
      )}
      {extras.includes('callback_url') && <TextInput {...text('callback_url')} />}
    </>
  );
}

/** What is off or empty is not worth a change where nothing is saved. */
function setExtra(draft: Draft, name: SocialProvider, field: string, value: boolean | string[]) {
  const counts = isSaved(draft, name) || (Array.isArray(value) ? value.length > 0 : value);
  draft.set(pathOf(name, field), counts ? value : '');
}

/** What is saved goes at once, when somebody says so; what is only typed needs no question. */
function Remove({ slug, name, draft }: Props) {
  const queries = useQueryClient();
  const provider = nameOf(name);
  const removal = useAct({
    mutationFn: () => removeProvider(slug, name),
    onSuccess: async () => {
      await refreshTenant(queries, slug);
      done(t('social.removed', { provider }));
    },
  });
  if (!isSaved(draft, name)) {
    if (!isChanged(draft, name)) return null;
    return (
      <Button variant="default" size="xs" onClick={() => draft.setSection(pathOf(name), null)}>
        {t('social.discard')}
      </Button>
    );
  }
  const because = isChanged(draft, name) ? t('social.remove-unsaved') : undefined;
  const question = { title: t('social.remove-title', { provider }), text: t('social.remove-text', { provider }), confirm: t('social.remove'), onConfirm: () => removal.mutateAsync() };
  return (
    <Guarded danger size="xs" because={because} loading={removal.isPending} onClick={() => ask(question)}>
      {t('social.remove')}
    </Guarded>
  );
}
