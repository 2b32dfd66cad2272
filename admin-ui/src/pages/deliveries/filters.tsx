import { Box, Group, SegmentedControl, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { t } from '../../lib/i18n';
import { firstPage } from '../../lib/pager';
import { type DeliveriesSearch, deliveryChannels, deliveryStates } from '../../lib/search';
import { UserChoice } from '../audit/user-choice';

const route = getRouteApi('/inside/tenants/$slug/deliveries');

/** Which messages are listed: in a state, of a channel, to one user. */
export function Filters() {
  const { slug } = route.useParams();
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
      <UserChoice slug={slug} user={user} label={t('deliveries.find-user')} anybody={t('deliveries.anybody')} onPick={(user) => set({ user })} />
    </Group>
  );
}
