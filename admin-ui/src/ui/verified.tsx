import { ThemeIcon, Tooltip } from '@mantine/core';
import { IconMailCheck, IconMailQuestion } from '@tabler/icons-react';
import { t } from '../lib/i18n';

/** Whether an e-mail address was proven, as an icon with words. */
export function Verified({ yes }: { yes: boolean }) {
  const label = yes ? t('verified.yes') : t('verified.no');
  return (
    <Tooltip label={label}>
      <ThemeIcon component="span" role="img" aria-label={label} variant="transparent" size="sm" color={yes ? 'teal' : 'yellow'}>
        {yes ? <IconMailCheck size={18} stroke={1.6} /> : <IconMailQuestion size={18} stroke={1.6} />}
      </ThemeIcon>
    </Tooltip>
  );
}
