import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { slugFrom } from '../../lib/slug';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

type Values = { name: string; slug: string };

/** The slug follows the name until somebody types one. */
export function CreateTenant({ onClose }: { onClose: () => void }) {
  const form = useForm<Values>({ mode: 'controlled', initialValues: { name: '', slug: '' } });
  const faults = useFaults(form);
  const create = useCreate(faults);
  const rename = (name: string) => {
    const { slug } = form.getValues();
    const follows = slug === slugFrom(form.getValues().name);
    form.setValues(follows ? { name, slug: slugFrom(name) } : { name });
  };
  return (
    <Modal opened onClose={onClose} title={t('tenants.create-title')}>
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <TextInput
            {...form.getInputProps('name')}
            onChange={(event) => rename(event.currentTarget.value)}
            label={t('field.name')}
            description={t('tenants.name-hint')}
            maxLength={150}
            required
            data-autofocus
          />
          <TextInput
            {...form.getInputProps('slug')}
            label={t('field.slug')}
            description={t('tenants.slug-hint', { slug: form.getValues().slug || 'acme' })}
            maxLength={40}
            required
            spellCheck={false}
          />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('tenants.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function useCreate(faults: { show: (error: unknown) => void; clear: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useAct({
    mutationFn: (body: Values) => answer(api.POST('/admin/v1/tenants', { body })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ name, slug }) => {
      done(t('tenants.created', { name }));
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      return navigate({ to: '/tenants/$slug/start', params: { slug } });
    },
  });
}
