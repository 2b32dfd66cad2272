import { Radio, Stack } from '@mantine/core';
import { t } from '../../lib/i18n';
import type { AnyRole, Crew } from './crew';

type Props<R extends AnyRole> = { roles: Crew<R>['roles']; value?: R; error?: React.ReactNode; onChange?: (value: string) => void };

/** The roles, each with what it may do. */
export function Roles<R extends AnyRole>({ roles, ...props }: Props<R>) {
  return (
    <Radio.Group {...props} label={t('team.role')}>
      <Stack gap="xs" mt={6}>
        {roles.map(({ role, label, powers }) => (
          <Radio key={role} value={role} label={label} description={powers} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
