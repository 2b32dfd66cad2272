import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconShieldLock } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../lib/i18n';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { Status } from '../../ui/status';
import { When } from '../../ui/when';
import { Enrol } from './enrol';
import { RemoveFactor, RenewCodes } from './prove';
import { factorQuery } from './queries';

const few = 3; // recovery codes: time to make new ones

type Doing = 'enrol' | 'renew' | 'remove';

/** The authenticator app beside the password, and the recovery codes that stand in for it and for passkeys. */
export function SecondFactor() {
  const query = useQuery(factorQuery);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const factor = query.data;
  const on = factor && (factor.since !== null || factor.passkeys > 0);
  return (
    <Panel title={t('me.factor')} actions={factor && <Status tone={on ? 'good' : 'off'}>{on ? t('me.factor-on') : t('me.factor-off')}</Status>}>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={56} />}
      {factor?.since === null && <Missing onBegin={() => setDoing('enrol')} />}
      {factor?.since && <Present since={factor.since} onRemove={() => setDoing('remove')} />}
      {on && <CodesLeft left={factor.recovery_codes_left} onRenew={() => setDoing('renew')} />}
      {doing === 'enrol' && <Enrol onClose={close} />}
      {doing === 'renew' && <RenewCodes onClose={close} />}
      {doing === 'remove' && <RemoveFactor onClose={close} />}
    </Panel>
  );
}

function Missing({ onBegin }: { onBegin: () => void }) {
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" maw={520}>
        {t('me.factor-why')}
      </Text>
      <Button leftSection={<IconShieldLock size={16} />} onClick={onBegin}>
        {t('me.factor-begin')}
      </Button>
    </Group>
  );
}

function Present({ since, onRemove }: { since: string; onRemove: () => void }) {
  return (
    <Group justify="space-between" gap="sm">
      <Text component="div" size="sm">
        {t('me.factor-since')} <When at={since} />
      </Text>
      <Button variant="default" c="var(--mantine-color-error)" onClick={onRemove}>
        {t('me.factor-remove-open')}
      </Button>
    </Group>
  );
}

function CodesLeft({ left, onRenew }: { left: number; onRenew: () => void }) {
  return (
    <Stack gap="md">
      {left <= few ? (
        <Alert color="yellow" icon={<IconAlertTriangle size={20} />}>
          {t('me.codes-left', { count: left })} {t('me.codes-few')}
        </Alert>
      ) : (
        <Text size="sm" c="dimmed">
          {t('me.codes-left', { count: left })} {t('me.codes-what')}
        </Text>
      )}
      <Group>
        <Button variant="default" onClick={onRenew}>
          {t('me.codes-renew-open')}
        </Button>
      </Group>
    </Stack>
  );
}
