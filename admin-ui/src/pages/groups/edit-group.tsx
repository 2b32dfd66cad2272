import { Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { type Group, groupsQuery, refreshTenant } from '../../api/queries';
import { t } from '../../lib/i18n';
import { ChangeLines } from '../../ui/change-line';
import { DraftModal } from '../../ui/draft-modal';
import { useFaults } from '../../ui/form';
import { FormButtons } from '../../ui/form-buttons';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

type Values = { name: string; permissions: string[] };
type Props = { slug: string; /** Undefined makes a new one. */ group: Group | undefined; onClose: () => void };

const word = /^(?=.{1,100}$)[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,4}$/;

export function EditGroup({ slug, group, onClose }: Props) {
  const form = useForm<Values>({
    mode: 'controlled',
    initialValues: { name: group?.name ?? '', permissions: group?.permissions ?? [] },
    validate: { permissions: (words) => (words.every((one) => word.test(one)) ? null : t('groups.permission-form')) },
  });
  const faults = useFaults(form);
  const save = useSave(slug, group, faults, onClose);
  const groups = useQuery(groupsQuery(slug));
  const known = [...new Set(groups.data?.flatMap(({ permissions }) => permissions))];
  return (
    <DraftModal dirty={form.isDirty()} onClose={onClose} title={group ? t('groups.edit-title', { name: group.name }) : t('groups.create-title')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <TextInput
            {...form.getInputProps('name')}
            label={t('field.name')}
            description={group?.default ? t('groups.keeps-name') : undefined}
            readOnly={group?.default}
            maxLength={80}
            required
            data-autofocus={!group?.default}
          />
          <TagsInput
            {...form.getInputProps('permissions')}
            label={t('groups.permissions')}
            description={t('groups.permissions-hint')}
            placeholder={t('groups.permissions-placeholder')}
            data={known}
            comboboxProps={{ position: 'top-start' }} // below it would lie over the button that saves
            splitChars={[',', ' ', '|']}
            acceptValueOnBlur
            clearable
            clearButtonProps={{ 'aria-label': t('groups.permissions-clear') }}
            data-autofocus={group?.default}
          />
          {group && <Changes group={group} to={form.getValues()} />}
          <FormButtons onClose={onClose} pending={save.isPending} label={group ? t('groups.save') : t('groups.create')} />
        </Stack>
      </form>
    </DraftModal>
  );
}

function Changes({ group, to }: { group: Group; to: Values }) {
  const words = (list: string[]) => list.join(', ');
  return (
    <ChangeLines
      lines={[
        { name: t('field.name'), from: group.name, to: to.name },
        { name: t('groups.permissions'), from: words(group.permissions), to: words(to.permissions), warning: group.members > 0 ? t('groups.counts-for', { count: group.members }) : undefined },
      ]}
    />
  );
}

function useSave(slug: string, group: Group | undefined, faults: ReturnType<typeof useFaults>, onDone: () => void) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: (values: Values) => (group ? update(slug, group, values) : create(slug, values)),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ name }) => {
      done(group ? t('groups.saved', { name }) : t('groups.created', { name }));
      void refreshTenant(queries, slug);
      onDone();
    },
  });
}

function create(slug: string, body: Values) {
  return answer(api.POST('/admin/v1/tenants/{slug}/groups', { params: { path: { slug } }, body }));
}

/** Sends only what changed: the name of a default group may not even be repeated. */
function update(slug: string, group: Group, { name, permissions }: Values) {
  const body = name === group.name ? { permissions } : { name, permissions };
  return answer(api.PATCH('/admin/v1/tenants/{slug}/groups/{id}', { params: { path: { slug, id: group.id } }, body }));
}
