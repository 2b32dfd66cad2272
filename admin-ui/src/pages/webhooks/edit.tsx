import { Checkbox, Stack, Switch, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { ChangeLines } from '../../ui/change-line';
import { DraftModal } from '../../ui/draft-modal';
import { useFaults } from '../../ui/form';
import { FormButtons } from '../../ui/form-buttons';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { type EventType, type Webhook, webhooksQuery } from './queries';
import { Secret } from './secret';
import { eventTypes, eventWord } from './words';

type Values = { url: string; description: string; events: EventType[]; active: boolean };

/** Registers an endpoint, then shows its secret for the only time. */
export function MakeWebhook({ slug, onClose }: { slug: string; onClose: () => void }) {
  const form = useForm<Values>({ mode: 'controlled', initialValues: { url: '', description: '', events: [...eventTypes], active: true } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const make = useAct({
    mutationFn: (body: Values) => answer(api.POST('/admin/v1/tenants/{slug}/webhooks', { params: { path: { slug } }, body })),
    gcTime: 0, // a secret is not kept longer than it is shown
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => void queries.invalidateQueries({ queryKey: webhooksQuery(slug).queryKey }),
  });
  if (make.data) return <Secret secret={make.data.secret} text={t('webhooks.once')} onClose={onClose} />;
  return (
    <DraftModal dirty={form.isDirty()} onClose={onClose} title={t('webhooks.make-title')} size="lg">
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          <Fields form={form} problem={faults.problem} />
          <FormButtons onClose={onClose} pending={make.isPending} label={t('webhooks.make')} />
        </Stack>
      </form>
    </DraftModal>
  );
}

type EditProps = { slug: string; of: Webhook; onClose: () => void };

export function EditWebhook({ slug, of: { id, url, description, events, active }, onClose }: EditProps) {
  const form = useForm<Values>({ mode: 'controlled', initialValues: { url, description, events, active } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const save = useAct({
    mutationFn: (body: Values) => answer(api.PATCH('/admin/v1/tenants/{slug}/webhooks/{id}', { params: { path: { slug, id } }, body })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: webhooksQuery(slug).queryKey });
      done(t('webhooks.saved'));
      onClose();
    },
  });
  const to = form.getValues();
  return (
    <DraftModal dirty={form.isDirty()} onClose={onClose} title={t('webhooks.edit-title')} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <Fields form={form} problem={faults.problem} />
          <ChangeLines
            lines={[
              { name: t('webhooks.address'), from: url, to: to.url },
              { name: t('webhooks.description'), from: description, to: to.description },
              { name: t('webhooks.events'), from: words(events), to: words(to.events) },
              { name: t('field.status'), from: stateWord(active), to: stateWord(to.active), warning: to.active ? undefined : t('webhooks.active-hint') },
            ]}
          />
          <FormButtons onClose={onClose} pending={save.isPending} label={t('webhooks.save')} />
        </Stack>
      </form>
    </DraftModal>
  );
}

const words = (events: EventType[]) => eventTypes.filter((type) => events.includes(type)).map(eventWord).join(', ');
const stateWord = (active: boolean) => (active ? t('webhooks.active') : t('webhooks.off'));

function Fields({ form, problem }: { form: UseFormReturnType<Values>; problem: unknown }) {
  return (
    <Stack>
      {problem !== undefined && <Problem error={problem} />}
      <TextInput
        {...form.getInputProps('url')}
        label={t('webhooks.address')}
        description={t('webhooks.address-hint')}
        placeholder="https://api.example.com/hooks/keyhall"
        required
        spellCheck={false}
        autoCapitalize="off"
        data-autofocus
      />
      <TextInput {...form.getInputProps('description')} label={t('webhooks.description')} maxLength={200} />
      <Checkbox.Group {...form.getInputProps('events')} label={t('webhooks.events')} description={t('webhooks.events-hint')}>
        <Stack gap="xs" mt={8}>
          {eventTypes.map((type) => (
            <Checkbox key={type} value={type} label={eventWord(type)} description={type} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Switch {...form.getInputProps('active', { type: 'checkbox' })} label={t('webhooks.active')} description={t('webhooks.active-hint')} />
    </Stack>
  );
}
