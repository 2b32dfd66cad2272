import { Button, Group, Indicator, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { groupsQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { nameOfContract } from '../../lib/names';
import { firstPage } from '../../lib/pager';
import { contracts, type UsersSearch, userStates, userTypes } from '../../lib/search';
import { SearchBox } from '../../ui/search-box';
import { everybody, view } from './filter';

const route = getRouteApi('/inside/tenants/$slug/users');

function useSet() {
  const navigate = route.useNavigate();
  return (change: UsersSearch, replace = false) => void navigate({ search: (old) => ({ ...old, ...firstPage, ...change }), replace });
}

export function Filters() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const { q = '', status, group } = search;
  const groups = useQuery(groupsQuery(slug));
  const set = useSet();
  return (
    <Group gap="sm">
      <SearchBox label={t('users.search')} value={q} onSearch={(text) => set({ q: text || undefined }, true)} />
      <Select
        aria-label={t('users.status')}
        placeholder={t('users.any-status')}
        clearable
        w={170}
        value={status ?? null}
        onChange={(value) => set({ status: userStates.find((state) => state === value) })}
        data={userStates.map((value) => ({ value, label: t(`users.${value}`) }))}
      />
      <Select
        aria-label={t('users.group')}
        placeholder={t('users.any-group')}
        clearable
        searchable
        w={170}
        value={group ?? null}
        onChange={(value) => set({ group: value ?? undefined })}
        data={groups.data?.map(({ name }) => name) ?? (group ? [group] : [])}
      />
      <More search={search} />
      {Object.keys(view(search)).length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => set(everybody)}>
          {t('users.clear')}
        </Button>
      )}
    </Group>
  );
}

/** What is asked less often; the dot says that some of it is in force. */
function More({ search }: { search: UsersSearch }) {
  const { type, proof, contract, from, until, seen, unseen } = search;
  const set = useSet();
  const inForce = (type ?? proof ?? contract ?? from ?? until ?? seen ?? unseen) !== undefined;
  return (
    <Popover position="bottom-start" shadow="md" width={300} trapFocus>
      <Indicator disabled={!inForce} size={9} offset={4}>
        <Popover.Target>
          <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={16} />}>
            {t('users.more')}
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Choice label={t('user.type')} value={type} any={t('users.any')} onPick={(value) => set({ type: userTypes.find((known) => known === value) })} data={userTypes.map((value) => ({ value, label: t(`user.type-${value}`) }))} />
          <Choice
            label={t('users.proof')}
            value={proof}
            any={t('users.any')}
            onPick={(value) => set({ proof: value === 'true' || value === 'false' ? value : undefined })}
            data={[{ value: 'true', label: t('verified.short-yes') }, { value: 'false', label: t('verified.short-no') }]}
          />
          <Choice label={t('users.contract')} value={contract} any={t('users.any')} onPick={(value) => set({ contract: contracts.find((known) => known === value) })} data={contracts.map((value) => ({ value, label: nameOfContract(value) }))} />
          <Group gap="xs" grow>
            <Day label={t('users.joined-from')} value={from} max={until} onPick={(value) => set({ from: value })} />
            <Day label={t('users.joined-until')} value={until} min={from} onPick={(value) => set({ until: value })} />
          </Group>
          <Group gap="xs" grow>
            <Day label={t('users.seen')} value={seen} onPick={(value) => set({ seen: value })} />
            <Day label={t('users.unseen')} value={unseen} onPick={(value) => set({ unseen: value })} />
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

type ChoiceProps = { label: string; any: string; value: string | undefined; data: (string | { value: string; label: string })[]; onPick: (value: string | null) => void };

function Choice({ label, any, value, data, onPick }: ChoiceProps) {
  return <Select label={label} placeholder={any} clearable value={value ?? null} onChange={onPick} data={data} comboboxProps={{ withinPortal: false }} />;
}

type DayProps = { label: string; value: string | undefined; min?: string; max?: string; onPick: (day: string | undefined) => void };

function Day({ label, value = '', min, max, onPick }: DayProps) {
  return <TextInput type="date" label={label} value={value} min={min} max={max} onChange={(event) => onPick(event.currentTarget.value || undefined)} />;
}
