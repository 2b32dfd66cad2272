import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { IconPlayerPause } from '@tabler/icons-react';
import { tenantQuery } from '../../api/queries';
import { t } from '../../lib/i18n';

const route = getRouteApi('/inside/tenants/$slug');

/** What all rooms of a tenant have above them: whether it is served at all. */
export function TenantRoom() {
  const { slug } = route.useParams();
  const { data } = useQuery(tenantQuery(slug));
  return (
    <>
      {data?.status === 'suspended' && (
        <Alert color="yellow" icon={<IconPlayerPause size={20} />} mb="lg" maw={1240} mx="auto">
          {t('tenants.banner')}
        </Alert>
      )}
      <Outlet />
    </>
  );
}
