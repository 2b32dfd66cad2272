import { Menu, Text } from '@mantine/core';
import type { ReactNode } from 'react';

type ChoiceProps = { icon?: ReactNode; children: string; /** Why it cannot be used now; undefined when it can. */ because: string | undefined; onClick: () => void; danger?: boolean };

/** A line of a menu; one that cannot be used stays reachable and says why. */
export function MenuChoice({ icon, children, because, onClick, danger }: ChoiceProps) {
  const open = because === undefined;
  return (
    <Menu.Item leftSection={icon} color={danger && open ? 'red' : undefined} c={open ? undefined : 'dimmed'} aria-disabled={!open} closeMenuOnClick={open} onClick={open ? onClick : undefined}>
      {children}
      {because && (
        <Text size="xs" c="dimmed" maw={260}>
          {because}
        </Text>
      )}
    </Menu.Item>
  );
}
