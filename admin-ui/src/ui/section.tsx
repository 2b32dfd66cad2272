import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type SectionProps = { title: string; about?: ReactNode; actions?: ReactNode; children: ReactNode };

/** A part of a room that brings its own frame, such as a list: a heading, what it is for, what can be done. */
export function Section({ title, about, actions, children }: SectionProps) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Stack gap={2} maw="min(100%, 680px)" miw={0}>
          <Title order={2}>{title}</Title>
          {about && (
            <Text component="div" size="sm" c="dimmed">
              {about}
            </Text>
          )}
        </Stack>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
