import { Group, Text } from '@mantine/core';

/** The mark: a key-hole standing in the arch of a hall, its light falling to the floor. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path fill="#3f51a3" d="M3 30V15a13 13 0 0 1 26 0v15z" />
      <path fill="#5f73c9" d="M7 30V15a9 9 0 0 1 18 0v15z" />
      <path fill="#ffe2a8" d="M16 10.2a4.8 4.8 0 0 1 2.35 8.98L20.6 30h-9.2l2.25-10.82A4.8 4.8 0 0 1 16 10.2z" />
    </svg>
  );
}

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <Group gap={10} wrap="nowrap">
      <Mark size={size} />
      <Text component="span" fw={680} fz={size * 0.64} lts="-0.02em" lh={1}>
        Keyhall
      </Text>
    </Group>
  );
}
