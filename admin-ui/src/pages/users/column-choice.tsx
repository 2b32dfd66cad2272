import { ActionIcon, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { t } from '../../lib/i18n';
import { choosable, columnName } from './columns';

type Props = { chosen: string[]; onChoose: (chosen: string[]) => void };

export function ColumnChoice({ chosen, onChoose }: Props) {
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={36} aria-label={t('users.columns')} title={t('users.columns')} visibleFrom="sm">
          <IconColumns3 size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group value={chosen} onChange={onChoose} aria-label={t('users.columns')}>
          <Stack gap="xs">
            {choosable.map((key) => (
              <Checkbox key={key} value={key} label={columnName[key]()} size="xs" />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
