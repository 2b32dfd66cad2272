import { NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant } from '../../api/queries';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { FormButtons } from '../../ui/form-buttons';
import { Problem } from '../../ui/problem';
import { Section } from '../../ui/section';
import { done } from '../../ui/toasts';

type Usage = components['schemas']['Usage'];
type Limit = keyof Usage['limits'];
type Values = Record<Limit, number | ''>;

const ofMessages = ['mails_per_day', 'mails_per_month', 'texts_per_day', 'texts_per_month'] as const;
const every: readonly Limit[] = ['max_users', ...ofMessages];

/** All limits with a value made of the one before. */
const each = <From, To>(from: Record<Limit, From>, make: (value: From) => To) => Object.fromEntries(every.map((limit) => [limit, make(from[limit])])) as Record<Limit, To>;

/** What a tenant may. All limits are set at once: the server takes away what is not said. */
export function Limits({ slug, usage, onClose }: { slug: string; usage: Usage; onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm<Values>({ mode: 'controlled', initialValues: each(usage.limits, (limit) => limit ?? '') });
  const faults = useFaults(form);
  const { max_users } = form.getValues();
  const save = useAct({
    mutationFn: (values: Values) => answer(api.PUT('/admin/v1/tenants/{slug}/limits', { params: { path: { slug } }, body: each(values, (value) => (value === '' ? null : value)) })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => {
      done(t('usage.saved'));
      void refreshTenant(queries, slug);
    },
  });
  const input = (limit: Limit) => ({ ...whole, ...form.getInputProps(limit), placeholder: t('usage.no-limit') });
  return (
    <Section title={t('usage.limits')} about={t('usage.limits-about')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <NumberInput
            {...input('max_users')}
            label={t('usage.max-users')}
            description={max_users !== '' && max_users < usage.users.total ? t('usage.below', { count: usage.users.total }) : t('usage.max-users-hint')}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {ofMessages.map((limit) => (
              <NumberInput key={limit} {...input(limit)} label={t(`usage.${limit}`)} />
            ))}
          </SimpleGrid>
          <Text size="xs" c="dimmed">
            {t('usage.messages-hint')}
          </Text>
          <FormButtons onClose={onClose} pending={save.isPending} label={t('usage.save')} />
        </Stack>
      </form>
    </Section>
  );
}

const whole = { allowDecimal: false, allowNegative: false, clampBehavior: 'none', thousandSeparator: true } as const;
