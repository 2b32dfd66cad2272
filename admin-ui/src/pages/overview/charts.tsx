import { SegmentedControl, SimpleGrid, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { has, t } from '../../lib/i18n';
import { Chart } from '../../ui/chart';
import { Panel } from '../../ui/panel';
import type { Activity } from './queries';

/** What happened, day by day. */
export function Charts({ activity }: { activity: Activity }) {
  const days = activity.days.map(({ day }) => day);
  const { sign_ups, deliveries_failed } = activity.totals;
  const ups = [{ name: t('overview.sign-ups'), values: activity.days.map((day) => day.sign_ups) }];
  const failed = [{ name: t('overview.failed'), values: activity.days.map((day) => day.deliveries_failed) }];
  return (
    <>
      <SignIns activity={activity} days={days} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Panel title={t('overview.sign-ups')}>
          {sign_ups.count === 0 ? <Nothing>{t('overview.no-sign-ups')}</Nothing> : <Chart label={t('overview.sign-ups')} days={days} series={ups} />}
        </Panel>
        <Panel title={t('overview.failed')}>
          {deliveries_failed.count === 0 ? <Nothing>{t('overview.no-failed')}</Nothing> : <Chart label={t('overview.failed')} days={days} series={failed} tone="bad" />}
        </Panel>
      </SimpleGrid>
    </>
  );
}

function SignIns({ activity, days }: { activity: Activity; days: string[] }) {
  const navigate = useNavigate();
  const { by = 'method' } = useSearch({ strict: false });
  const all = by === 'method' ? activity.sign_ins_by_method : activity.sign_ins_by_contract;
  const series = all.map(({ name, days }) => ({ name: called(by, name), values: days }));
  return (
    <Panel
      title={t('overview.sign-ins')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('overview.by')}
          value={by}
          onChange={(value) => void navigate({ to: '.', search: (old) => ({ ...old, by: value === 'contract' ? value : undefined }), resetScroll: false })}
          data={[
            { value: 'method', label: t('overview.by-method') },
            { value: 'contract', label: t('overview.by-contract') },
          ]}
        />
      }
    >
      {series.length === 0 ? <Nothing>{t('overview.no-sign-ins')}</Nothing> : <Chart label={t('overview.sign-ins')} days={days} series={series} />}
    </Panel>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text c="dimmed" size="sm" py="lg">
      {children}
    </Text>
  );
}

/** A method or a contract in words; providers are called by their names. */
function called(by: 'method' | 'contract', name: string | null): string {
  if (name === null) return t('overview.unknown');
  const key = by === 'method' ? `overview.method.${name}` : `settings.contract.${name}`;
  return has(key) ? t(key as 'overview.method.password') : name.replace(/^./, (first) => first.toUpperCase());
}
