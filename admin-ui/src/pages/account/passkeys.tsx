import { Alert, Badge, Box, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { passkeysWork } from '../../api/passkey';
import { t } from '../../lib/i18n';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { When } from '../../ui/when';
import { AddPasskey, RenamePasskey } from './passkey-dialogs';
import { RemovePasskey } from './prove';
import { type Passkey, passkeysQuery } from './queries';

type Doing = { what: 'add' } | { what: 'rename' | 'remove'; passkey: Passkey };

/** Passkeys: a second factor beside the password, or a way in without it. */
export function Passkeys() {
  const query = useQuery(passkeysQuery);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const list = query.data;
  return (
    <Panel title={t('me.passkeys')} actions={list && <Add count={list.length} onClick={() => setDoing({ what: 'add' })} />}>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={56} />}
      {list && (
        <Text size="sm" c="dimmed" maw={620}>
          {t('me.passkeys-why')}
        </Text>
      )}
      {list && list.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {list.map((passkey) => (
            <Line key={passkey.id} passkey={passkey} onRename={() => setDoing({ what: 'rename', passkey })} onRemove={() => setDoing({ what: 'remove', passkey })} />
          ))}
        </Stack>
      )}
      {doing?.what === 'add' && <AddPasskey onClose={close} />}
      {doing?.what === 'rename' && <RenamePasskey passkey={doing.passkey} onClose={close} />}
      {doing?.what === 'remove' && <RemovePasskey passkey={doing.passkey} onClose={close} />}
    </Panel>
  );
}

const most = 20;

function Add({ count, onClick }: { count: number; onClick: () => void }) {
  const because = !passkeysWork() ? t('me.passkeys-unsupported') : count >= most ? t('me.passkeys-full') : undefined;
  return (
    <Guarded size="xs" variant="default" because={because} onClick={onClick}>
      {t('me.passkey-add')}
    </Guarded>
  );
}

type LineProps = { passkey: Passkey; onRename: () => void; onRemove: () => void };

function Line({ passkey, onRename, onRemove }: LineProps) {
  return (
    <Paper component="li" p="sm">
      <Group gap="sm" justify="space-between">
        <Group gap="sm" wrap="nowrap" miw={0} flex="1 1 260px">
          <IconFingerprint size={22} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
          <Box miw={0}>
            <Group gap="xs" wrap="nowrap">
              <Text size="sm" fw={550} truncate>
                {passkey.name}
              </Text>
              {passkey.synced && (
                <Badge size="sm" style={{ flexShrink: 0 }}>
                  {t('me.passkey-synced')}
                </Badge>
              )}
            </Group>
            <Text component="div" size="xs" c="dimmed">
              {t('me.passkey-added')} <When at={passkey.created_at} />
              {passkey.last_used_at ? (
                <>
                  {' · '}
                  {t('me.passkey-used')} <When at={passkey.last_used_at} />
                </>
              ) : (
                ` · ${t('me.passkey-unused')}`
              )}
            </Text>
          </Box>
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="default" aria-label={t('me.passkey-rename-of', { name: passkey.name })} onClick={onRename}>
            {t('me.passkey-rename')}
          </Button>
          <Button size="xs" variant="default" c="var(--mantine-color-error)" aria-label={t('me.passkey-remove-of', { name: passkey.name })} onClick={onRemove}>
            {t('me.factor-remove-open')}
          </Button>
        </Group>
      </Group>
      {passkey.suspect_at && (
        <Alert mt="sm" color="red" icon={<IconAlertTriangle size={20} />}>
          {t('me.passkey-suspect')}
        </Alert>
      )}
    </Paper>
  );
}
