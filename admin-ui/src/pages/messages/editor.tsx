import { Alert, Box, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconHistory, IconLanguage, IconSend } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useAct } from '../../lib/act';
import { asApiError, forForm } from '../../api/errors';
import { t } from '../../lib/i18n';
import { Diff } from '../../ui/diff';
import { useFaults } from '../../ui/form';
import { Leaving } from '../../ui/leaving';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { When } from '../../ui/when';
import { Fields } from './fields';
import { Preview } from './preview';
import { type Message, messagesQuery, previewQuery, putTemplate, type Template, templateQuery, versionsQuery, type Which, type Wording } from './queries';
import { TestSend } from './test-send';
import { Versions } from './versions';
import { languageOf } from './words';

type Props = {
  which: Which;
  message: Message;
  /** What is in use; null where the language is new. */
  template: Template | null;
  /** The words to begin with. */
  start: Template;
  /** Whose words those are, where the language is new. */
  origin: string;
};

/** Words on the left, what becomes of them on the right. */
export function Editor({ which, message, template, start, origin }: Props) {
  const form = useForm<Wording>({ mode: 'controlled', initialValues: wordingOf(start) });
  const faults = useFaults(form);
  const draft = form.getValues();
  const before = template ? wordingOf(template) : { subject: '', text: '' };
  const dirty = draft.subject !== before.subject || draft.text !== before.text;
  const touched = template ? dirty : draft.subject !== start.subject || draft.text !== start.text;
  const [asked] = useDebouncedValue(draft, 350);
  const preview = useQuery(previewQuery(which, asked));
  useFlaws(form, preview.error, faults.clear);
  const [opened, open] = useState<'versions' | 'test'>();
  const close = () => open(undefined);
  const save = useSave(which, faults, (saved) => form.setValues(wordingOf(saved)));
  const flawed = preview.error !== null && asApiError(preview.error).status === 422;
  return (
    <>
      {!template && (
        <Alert color="hall" icon={<IconLanguage size={20} />}>
          {t('messages.new-language', { language: languageOf(which.locale), origin: languageOf(origin) })}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Panel title={t('messages.words')} actions={<State template={template} onVersions={() => open('versions')} />}>
          <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
            <Stack>
              {faults.problem !== undefined && <Problem error={faults.problem} />}
              <Fields form={form} which={which} placeholders={message.placeholders} />
              {dirty && (
                <Unsaved before={template ? before : undefined} after={draft} subject={which.channel === 'email'}>
                  {template && (
                    <Button variant="default" onClick={() => form.setValues(before)}>
                      {t('messages.discard')}
                    </Button>
                  )}
                  <Button type="submit" loading={save.isPending}>
                    {t('messages.save')}
                  </Button>
                </Unsaved>
              )}
            </Stack>
          </form>
        </Panel>
        <Panel
          title={t('messages.preview')}
          actions={
            <Button variant="default" size="xs" leftSection={<IconSend size={14} />} onClick={() => open('test')}>
              {t('messages.test-open')}
            </Button>
          }
        >
          <Preview channel={which.channel} query={preview} flawed={flawed} />
        </Panel>
      </SimpleGrid>
      <Versions which={which} opened={opened === 'versions'} template={template} onClose={close} onRestored={(saved) => form.setValues(wordingOf(saved))} />
      {opened === 'test' && <TestSend which={which} draft={draft} onClose={close} />}
      <Leaving dirty={touched} text={t('messages.leave-text')} />
    </>
  );
}

function wordingOf({ subject, text }: Wording): Wording {
  return { subject, text };
}

/** What the preview found wrong stands at the fields as soon as it is known, and goes as soon as it is mended. */
function useFlaws(form: ReturnType<typeof useForm<Wording>>, error: unknown, clear: () => void) {
  const { setErrors } = form;
  useEffect(() => {
    const { fields } = forForm(asApiError(error), ['subject', 'text']);
    setErrors(error ? fields : {});
    if (!error) clear();
    // clear is another one at each draw and does always the same
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [error, setErrors]);
}

function State({ template, onVersions }: { template: Template | null; onVersions: () => void }) {
  return (
    <Group gap="sm">
      <Text size="xs" c="dimmed">
        {template === null ? t('messages.state-new') : template.version === null ? t('messages.state-shipped') : t('messages.state-own', { version: template.version })}
        {template?.created_at && (
          <>
            {' · '}
            <When at={template.created_at} />
          </>
        )}
      </Text>
      <Button variant="default" size="xs" leftSection={<IconHistory size={14} />} onClick={onVersions}>
        {t('messages.versions')}
      </Button>
    </Group>
  );
}

type UnsavedProps = { /** Undefined where there is nothing to compare with. */ before: Wording | undefined; after: Wording; subject: boolean; children: React.ReactNode };

function Unsaved({ before, after, subject, children }: UnsavedProps) {
  return (
    <Stack gap="sm" role="group" aria-label={t('messages.unsaved')}>
      {before && (
        <Box>
          <Text size="sm" fw={550} mb={6}>
            {t('messages.unsaved')}
          </Text>
          <Stack gap={6}>
            {subject && before.subject !== after.subject && <Diff before={before.subject} after={after.subject} label={t('messages.changed-subject')} />}
            {before.text !== after.text && <Diff before={before.text} after={after.text} label={t('messages.changed-text')} />}
          </Stack>
        </Box>
      )}
      <Group gap="xs" justify="flex-end">
        {children}
      </Group>
    </Stack>
  );
}

function useSave(which: Which, faults: ReturnType<typeof useFaults>, onSaved: (template: Template) => void) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: (draft: Wording) => putTemplate(which, draft),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: (saved) => {
      queries.setQueryData(templateQuery(which).queryKey, saved);
      void queries.invalidateQueries({ queryKey: messagesQuery(which.slug).queryKey });
      void queries.invalidateQueries({ queryKey: versionsQuery(which).queryKey });
      onSaved(saved);
      done(t('messages.saved', { language: languageOf(which.locale) }));
    },
  });
}
