import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, type User, userQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { ChangeLines } from '../../ui/change-line';
import { useFaults } from '../../ui/form';
import { Copyable } from '../../ui/copy';
import { Leaving } from '../../ui/leaving';
import { Fact, Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { Verified } from '../../ui/verified';
import { Picture } from './picture';

type Values = { first_name: string; last_name: string; username: string };
type Patch = components['schemas']['UserPatch'];

const labels: Record<keyof Values, () => string> = {
  first_name: () => t('field.first-name'),
  last_name: () => t('field.last-name'),
  username: () => t('field.username'),
};
const fields = Object.keys(labels) as (keyof Values)[];

/** What an admin can correct. Says what would change, saves only that, and does not lose it unasked. */
export function Profile({ slug, user }: { slug: string; user: User }) {
  const because = obstacle(useAdmin(), slug, 'manage');
  const form = useForm<Values>({ mode: 'controlled', initialValues: valuesOf(user) });
  const faults = useFaults(form);
  const before = valuesOf(user);
  const changed = fields.filter((field) => form.getValues()[field] !== before[field]);
  const save = useSave(slug, user, faults, (saved) => form.setValues(valuesOf(saved)));
  return (
    <Panel title={t('user.profile')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(patch(values, changed)))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Picture slug={slug} user={user} />
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            {fields.map((field) => (
              <TextInput
                key={field}
                {...form.getInputProps(field)}
                label={labels[field]()}
                readOnly={because !== undefined}
                spellCheck={false}
              />
            ))}
          </SimpleGrid>
          <Identifiers user={user} />
          {changed.length > 0 && (
            <Group justify="space-between" align="flex-end">
              <ChangeLines lines={fields.map((field) => ({ name: labels[field](), from: before[field], to: form.getValues()[field] }))} />
              <Group gap="xs" ml="auto">
                <Button variant="default" onClick={() => form.setValues(before)}>
                  {t('user.discard')}
                </Button>
                <Button type="submit" loading={save.isPending}>
                  {t('user.save')}
                </Button>
              </Group>
            </Group>
          )}
        </Stack>
      </form>
      <Leaving dirty={changed.length > 0} text={t('user.leave-text')} />
    </Panel>
  );
}

/** What proves who somebody is: only the user can change it, by proving the new one. */
function Identifiers({ user }: { user: User }) {
  return (
    <Stack component="dl" gap={6} m={0}>
      <Fact name={t('field.email')}>
        {user.email ? <Proven value={user.email} what={t('field.email')} yes={user.email_verified} /> : '–'}
      </Fact>
      {user.pending_email && <Fact name={t('user.pending-email')}>{user.pending_email}</Fact>}
      <Fact name={t('field.mobile')}>
        {user.mobile ? <Proven value={user.mobile} what={t('field.mobile')} yes={user.mobile_verified} of="mobile" /> : '–'}
      </Fact>
    </Stack>
  );
}

function Proven({ value, what, yes, of }: { value: string; what: string; yes: boolean; of?: 'mobile' }) {
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Verified yes={yes} of={of} />
      <Copyable value={value} what={what} />
    </Group>
  );
}

function useSave(slug: string, { id }: User, faults: ReturnType<typeof useFaults>, onSaved: (user: User) => void) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: (body: Patch) => answer(api.PATCH('/admin/v1/tenants/{slug}/users/{id}', { params: { path: { slug, id } }, body })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: (saved) => {
      queries.setQueryData(userQuery(slug, id).queryKey, saved);
      onSaved(saved);
      done(t('user.saved'));
      void refreshTenant(queries, slug);
    },
  });
}

function valuesOf(user: User): Values {
  return { first_name: user.first_name, last_name: user.last_name, username: user.username };
}

function patch(values: Values, changed: (keyof Values)[]): Patch {
  return Object.fromEntries(changed.map((field) => [field, values[field]]));
}
