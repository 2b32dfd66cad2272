import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { t } from '../lib/i18n';

/** A password with the eye that shows it. Says to readers too when it is wrong, which the kit's own does by colour alone. */
export function PasswordField(props: PasswordInputProps) {
  return <PasswordInput aria-invalid={props.error ? true : undefined} visibilityToggleButtonProps={{ 'aria-label': t('field.password-show') }} {...props} />;
}
