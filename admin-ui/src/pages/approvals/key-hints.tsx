import { Group, Kbd, Switch, Text } from '@mantine/core';
import { t } from '../../lib/i18n';

const hints = [
  { keys: ['j', 'k'], what: () => t('keys.move') },
  { keys: ['a'], what: () => t('keys.approve') },
  { keys: ['r'], what: () => t('keys.reject') },
  { keys: ['x'], what: () => t('keys.tick') },
  { keys: ['↵'], what: () => t('keys.open') },
];

/** Teaches the keys, and switches them off for those whom single keys get in the way (WCAG 2.1.4). */
export function KeyHints({ on, onSwitch }: { on: boolean; onSwitch: (on: boolean) => void }) {
  return (
    <Group gap="lg" c="dimmed" visibleFrom="sm">
      <Switch size="xs" checked={on} onChange={(event) => onSwitch(event.currentTarget.checked)} label={t('keys.label')} />
      {on &&
        hints.map(({ keys, what }) => (
          <Group key={keys.join()} gap={6}>
            {keys.map((key) => (
              <Kbd key={key} size="xs">
                {key}
              </Kbd>
            ))}
            <Text size="xs">{what()}</Text>
          </Group>
        ))}
    </Group>
  );
}
