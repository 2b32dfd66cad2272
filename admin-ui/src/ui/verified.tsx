import { IconDeviceMobileCheck, IconDeviceMobileQuestion, IconMailCheck, IconMailQuestion } from '@tabler/icons-react';
import { t } from '../lib/i18n';
import classes from './row.module.css';

const looks = {
  email: { yes: { Icon: IconMailCheck, label: () => t('verified.yes') }, no: { Icon: IconMailQuestion, label: () => t('verified.no') } },
  mobile: { yes: { Icon: IconDeviceMobileCheck, label: () => t('verified.mobile-yes') }, no: { Icon: IconDeviceMobileQuestion, label: () => t('verified.mobile-no') } },
};

/** Whether an address or a number was proven, as an icon with words. */
export function Verified({ yes, of = 'email' }: { yes: boolean; of?: keyof typeof looks }) {
  const { Icon, label } = looks[of][yes ? 'yes' : 'no'];
  return (
    <span role="img" aria-label={label()} data-hint={label()} data-tone={yes ? 'good' : 'wait'} className={classes.icon}>
      <Icon size={18} stroke={1.6} aria-hidden />
    </span>
  );
}
