import { IconMailCheck, IconMailQuestion } from '@tabler/icons-react';
import { t } from '../lib/i18n';
import classes from './row.module.css';

/** Whether an e-mail address was proven, as an icon with words. */
export function Verified({ yes }: { yes: boolean }) {
  const label = yes ? t('verified.yes') : t('verified.no');
  const Icon = yes ? IconMailCheck : IconMailQuestion;
  return (
    <span role="img" aria-label={label} data-hint={label} data-tone={yes ? 'good' : 'wait'} className={classes.icon}>
      <Icon size={18} stroke={1.6} aria-hidden />
    </span>
  );
}
