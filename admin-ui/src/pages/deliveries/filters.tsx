import { Box, Button, Group, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconX } from '@tabler/icons-react';
import { userQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { firstPage } from '../../lib/pager';
import { type DeliveriesSearch, deliveryChannels, deliveryStates } from '../../lib/search';
import { displayName } from '../../lib/people';

const route = getRouteApi('/inside/tenants/$slug/deliveries');

/** Which messages are listed: in a state, of a channel, to one user. */
export function Filters() {
  const { state, channel, user } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: DeliveriesSearch) => void navigate({ search: (old) => ({ ...old, ...firstPage, open: undefined, ...change }) });
  return (
    <Group gap="sm">
      <Box maw="100%" style={{ overflowX: 'auto' }}>
        <SegmentedControl
          aria-label={t('field.status')}
          w="fit-content"
          value={state ?? 'all'}
          onChange={(value) => set({ state: deliveryStates.find((known) => known === value) })}
          data={[{ value: 'all', label: t('deliveries.all') }, ...deliveryStates.map((value) => ({ value, label: t(`deliveries.${value}`) }))]}
        />
      </Box>
      <Select
        aria-label={t('deliveries.channel')}
        placeholder={t('deliveries.any-channel')}
        clearable
        w={170}
        value={channel ?? null}
        onChange={(value) => set({ channel: deliveryChannels.find((known) => known === value) })}
        data={deliveryChannels.map((value) => ({ value, label: t(`deliveries.${value}`) }))}
      />
      {user !== undefined && <To id={user} onClear={() => set({ user: undefined })} />}
    </Group>
  );
}

function To({ id, onClear }: { id: number; onClear: () => void }) {
  const { slug } = route.useParams();
  const { data } = useQuery(userQuery(slug, id));
  const only = t('deliveries.only-to', { name: data ? displayName(data) : String(id) });
  return (
    <Button variant="light" rightSection={<IconX size={14} aria-hidden />} onClick={onClear} aria-label={`${only}. ${t('deliveries.everybody')}`}>
      {only}
    </Button>
  );
}
