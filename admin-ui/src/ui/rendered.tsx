import { Box, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { framePictures } from '../lib/brand';
import { t } from '../lib/i18n';
import classes from './rendered.module.css';

type Message = { subject: string; text: string; html: string; parts?: { encoding: string; units: number; count: number } };

/** A message as its reader sees it. */
export function Rendered({ channel, message }: { channel: 'email' | 'sms'; message: Message }) {
  return channel === 'sms' ? <SMS {...message} /> : <Mail {...message} />;
}

function Mail({ subject, text, html }: Message) {
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

function SMS({ text, parts }: Message) {
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
