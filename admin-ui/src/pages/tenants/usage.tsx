import { Drawer, NumberInput, Progress, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, tenantQuery, usageQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { count } from '../../lib/numbers';
import { bytes } from '../../lib/sizes';
import { Figure } from '../../ui/figure';
import { useFaults } from '../../ui/form';
import { FormButtons } from '../../ui/form-buttons';
import { Problem } from '../../ui/problem';
import { Section } from '../../ui/section';
import { done } from '../../ui/toasts';

type Usage = components['schemas']['Usage'];
type Values = { max_users: number | '' };

/** What a tenant makes use of, and what it may. */
export function UsageDrawer({ slug, onClose }: { /** Undefined closes it. */ slug: string | undefined; onClose: () => void }) {
  const tenant = useQuery({ ...tenantQuery(slug ?? ''), enabled: slug !== undefined });
  return (
    <Drawer opened={slug !== undefined} onClose={onClose} position="right" size={480} title={t('usage.title', { name: tenant.data?.name ?? slug ?? '' })}>
      {slug !== undefined && <Inside slug={slug} onClose={onClose} />}
    </Drawer>
  );
}

function Inside({ slug, onClose }: { slug: string; onClose: () => void }) {
  const query = useQuery(usageQuery(slug));
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={360} />;
  return (
    <Stack gap="lg">
      <Numbers usage={query.data} />
      <Limits key={query.data.limits.max_users} slug={slug} usage={query.data} onClose={onClose} />
    </Stack>
  );
}

function Numbers({ usage: { users, month, pictures, limits } }: { usage: Usage }) {
  const states = [
    t('usage.active', { n: count(users.active) }),
    t('usage.pending', { n: count(users.pending) }),
    t('usage.rejected', { n: count(users.rejected) }),
    t('usage.disabled', { n: count(users.disabled) }),
  ];
  return (
    <Stack gap="sm">
      <Figure label={t('users.title')} value={users.total} note={states.join(' · ')}>
        {limits.max_users !== null && <Full users={users.total} most={limits.max_users} />}
      </Figure>
      <SimpleGrid cols={2} spacing="sm">
        <Figure label={t('usage.sign-ins')} value={month.sign_ins} note={t('usage.this-month')} />
        <Figure label={t('usage.mails')} value={month.mails} note={t('usage.this-month')} />
        <Figure label={t('usage.sms')} value={month.sms} note={t('usage.this-month')} />
        <Figure label={t('usage.pictures')} value={pictures.files} note={bytes(pictures.bytes)} />
      </SimpleGrid>
    </Stack>
  );
}

function Full({ users, most }: { users: number; most: number }) {
  const share = Math.min((users / most) * 100, 100);
  const said = t('usage.of', { n: count(users), most: count(most) });
  return (
    <Stack gap={4}>
      <Progress value={share} color={share >= 100 ? 'red' : share >= 90 ? 'yellow' : undefined} aria-label={said} />
      <Text size="xs" c="dimmed">
        {users >= most ? t('usage.full') : said}
      </Text>
    </Stack>
  );
}

function Limits({ slug, usage, onClose }: { slug: string; usage: Usage; onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm<Values>({ mode: 'controlled', initialValues: { max_users: usage.limits.max_users ?? '' } });
  const faults = useFaults(form);
  const { max_users } = form.getValues();
  const save = useAct({
    mutationFn: (values: Values) =>
      answer(api.PUT('/admin/v1/tenants/{slug}/limits', { params: { path: { slug } }, body: { max_users: values.max_users === '' ? null : values.max_users } })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => {
      done(t('usage.saved'));
      void refreshTenant(queries, slug);
    },
  });
  return (
    <Section title={t('usage.limits')} about={t('usage.limits-about')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <NumberInput
            {...form.getInputProps('max_users')}
            label={t('usage.max-users')}
            description={max_users !== '' && max_users < usage.users.total ? t('usage.below', { count: usage.users.total }) : t('usage.max-users-hint')}
            placeholder={t('usage.no-limit')}
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="none"
            thousandSeparator
          />
          <FormButtons onClose={onClose} pending={save.isPending} label={t('usage.save')} />
        </Stack>
      </form>
    </Section>
  );
}
