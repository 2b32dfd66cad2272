import { Badge, Box, Group, Paper, Text, Tooltip } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../lib/i18n';
import { device } from '../lib/user-agent';
import { When } from './when';

type Session = { user_agent: string; ip: string; last_seen_at: string };
type Props = { session: Session; /** What it came through. */ by: string; /** The one that looks. */ here?: boolean; children?: ReactNode };

/** One place where somebody is signed in. */
export function SessionLine({ session, by, here, children }: Props) {
  const Glyph = /Mobile|iPhone|Android/.test(session.user_agent) ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Paper component="li" p="sm">
      <Group wrap="nowrap" gap="sm">
        <Glyph size={22} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
        <Box flex={1} miw={0}>
          <Group gap="xs" wrap="nowrap">
            <Tooltip label={session.user_agent} disabled={!session.user_agent} multiline maw={420}>
              <Text size="sm" fw={550} truncate w="fit-content" maw="100%">
                {device(session.user_agent) || t('sessions.unknown')}
              </Text>
            </Tooltip>
            {here && (
              <Badge size="sm" style={{ flexShrink: 0 }}>
                {t('me.here')}
              </Badge>
            )}
          </Group>
          <Text component="div" size="xs" c="dimmed">
            {session.ip} · {by} · {t('sessions.used')} <When at={session.last_seen_at} />
          </Text>
        </Box>
        {children}
      </Group>
    </Paper>
  );
}
