import { Box, Group, Text } from '@mantine/core';

export type Tone = 'good' | 'wait' | 'bad' | 'off';

const colors: Record<Tone, string> = {
  good: 'var(--mantine-color-teal-6)',
  wait: 'var(--mantine-color-yellow-6)',
  bad: 'var(--mantine-color-red-6)',
  off: 'var(--mantine-color-gray-5)',
};

/** A state in a word, with a dot that the eye finds first. */
export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <Group component="span" gap={8} wrap="nowrap" display="inline-flex">
      <Box component="span" w={8} h={8} bg={colors[tone]} style={{ borderRadius: '50%', flexShrink: 0 }} />
      <Text component="span" size="sm" style={{ whiteSpace: 'nowrap' }}>
        {children}
      </Text>
    </Group>
  );
}
