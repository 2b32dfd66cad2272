import { Radio, Stack } from '@mantine/core';
import type { Role } from '../../api/session';
import { t } from '../../lib/i18n';

const roles: Role[] = ['owner', 'admin', 'approver', 'viewer'];

type Props = { value?: Role; error?: React.ReactNode; onChange?: (value: string) => void };

/** The roles, each with what it may do. */
export function Roles(props: Props) {
  return (
    <Radio.Group {...props} label={t('team.role')}>
      <Stack gap="xs" mt={6}>
        {roles.map((role) => (
          <Radio key={role} value={role} label={t(`team.role.${role}`)} description={t(`team.powers.${role}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
