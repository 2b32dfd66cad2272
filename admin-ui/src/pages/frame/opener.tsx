import { Kbd, Text, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { t } from '../../lib/i18n';
import classes from './frame.module.css';

/** Opens the palette for whoever does not know its keys yet. */
export function Opener({ onOpen }: { onOpen: () => void }) {
  return (
    <UnstyledButton className={classes.opener} onClick={onOpen} aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K">
      <IconSearch size={16} aria-hidden style={{ flexShrink: 0 }} />
      <Text span size="sm" truncate>
        {t('palette.open')}
      </Text>
      <Kbd size="xs" ml="auto" visibleFrom="sm" aria-hidden style={{ whiteSpace: "nowrap", flexShrink: 0 }}>
        {/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}
      </Kbd>
    </UnstyledButton>
  );
}
