import { Box, Skeleton, Stack, Text } from '@mantine/core';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { Problem } from '../../ui/problem';
import { Rendered } from '../../ui/rendered';
import type { Channel } from './queries';

type Props = { channel: Channel; query: { data: components['schemas']['MessagePreview'] | undefined; error: unknown; refetch: () => unknown }; /** The draft cannot be written; its fields say why. */ flawed: boolean };

/** The message with made-up values, as it would arrive. */
export function Preview({ channel, query: { data, error, refetch }, flawed }: Props) {
  if (error && !flawed) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return flawed ? <Flawed /> : <Skeleton height={360} />;
  return (
    <Stack gap="sm" aria-live="off">
      {flawed && <Flawed />}
      <Box opacity={flawed ? 0.5 : 1}><Rendered channel={channel} message={data} /></Box>
    </Stack>
  );
}

function Flawed() {
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="status">
      {t('messages.flawed')}
    </Text>
  );
}
