import { Box, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { components } from '../../api/schema';
import { framePictures } from '../../lib/brand';
import { t } from '../../lib/i18n';
import { Problem } from '../../ui/problem';
import classes from './preview.module.css';
import type { Channel } from './queries';

type Rendered = components['schemas']['MessagePreview'];
type Props = { channel: Channel; query: { data: Rendered | undefined; error: unknown; refetch: () => unknown }; /** The draft cannot be written; its fields say why. */ flawed: boolean };

/** The message with made-up values, as it would arrive. */
export function Preview({ channel, query: { data, error, refetch }, flawed }: Props) {
  if (error && !flawed) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return flawed ? <Flawed /> : <Skeleton height={360} />;
  return (
    <Stack gap="sm" aria-live="off">
      {flawed && <Flawed />}
      <Box opacity={flawed ? 0.5 : 1}>{channel === 'sms' ? <SMS {...data} /> : <Mail {...data} />}</Box>
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

function Mail({ subject, text, html }: Rendered) {
  const [side, setSide] = useState('mail');
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Box miw={0}>
          <Text size="xs" c="dimmed">
            {t('messages.subject')}
          </Text>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {subject}
          </Text>
        </Box>
        <SegmentedControl
          size="xs"
          aria-label={t('messages.side')}
          value={side}
          onChange={setSide}
          style={{ flexShrink: 0 }}
          data={[
            { value: 'mail', label: t('messages.side-mail') },
            { value: 'text', label: t('messages.side-text') },
          ]}
        />
      </Group>
      {side === 'mail' ? (
        // No script, no form, no way out of the frame: what a tenant writes is only looked at.
        <iframe className={classes.mail} sandbox="" srcDoc={framePictures(html)} title={t('messages.frame')} />
      ) : (
        <pre className={classes.text} tabIndex={0} role="group" aria-label={t('messages.side-text')}>
          {text}
        </pre>
      )}
    </Stack>
  );
}

function SMS({ text, parts }: Rendered) {
  return (
    <Stack gap="xs">
      <Box className={classes.bubble}>{text}</Box>
      {parts && (
        <Text size="xs" c="dimmed">
          {t('messages.parts', parts)}
        </Text>
      )}
      {parts?.encoding === 'UCS-2' && (
        <Text size="xs" c="dimmed" maw={420}>
          {t('messages.parts-ucs2')}
        </Text>
      )}
    </Stack>
  );
}
