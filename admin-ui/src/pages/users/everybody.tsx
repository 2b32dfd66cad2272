import { Button, Group, Menu, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconChevronDown, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { groupsQuery, type UserFilter } from '../../api/queries';
import { type Deed, foreseenQuery, noteAct, startDeed } from '../../api/runs';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { MenuChoice } from '../../ui/menu-choice';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

type Props = { slug: string; /** What the list on screen asks for, on all its pages. */ filter: UserFilter; onReports: () => void };

/** What can be done with everybody who matches, also on the pages that are not on screen. The server does it. */
export function Everybody({ slug, filter, onReports }: Props) {
  const admin = useAdmin();
  const groups = useQuery(groupsQuery(slug));
  const [deed, ask] = useState<Deed>();
  const [decide, manage] = [obstacle(admin, slug, 'decide'), obstacle(admin, slug, 'manage')];
  return (
    <>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <Button variant="default" leftSection={<IconUsersGroup size={16} />} rightSection={<IconChevronDown size={14} />}>
            {t('everybody.open')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
          <MenuChoice because={decide} onClick={() => ask({ act: 'approve' })}>
            {t('everybody.approve')}
          </MenuChoice>
          <MenuChoice because={manage} onClick={() => ask({ act: 'enable' })}>
            {t('everybody.enable')}
          </MenuChoice>
          <MenuChoice because={manage} onClick={() => ask({ act: 'sign_out' })}>
            {t('everybody.sign_out')}
          </MenuChoice>
          <MenuChoice danger because={manage} onClick={() => ask({ act: 'disable' })}>
            {t('everybody.disable')}
          </MenuChoice>
          <Menu.Label>{t('everybody.move')}</Menu.Label>
          {groups.data?.map(({ id, name }) => (
            <MenuChoice key={id} because={manage} onClick={() => ask({ act: 'move', group: { id, name } })}>
              {name}
            </MenuChoice>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={onReports}>{t('everybody.reports')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {deed && <Sure slug={slug} deed={deed} filter={filter} onClose={() => ask(undefined)} />}
    </>
  );
}

type SureProps = { slug: string; deed: Deed; filter: UserFilter; onClose: () => void };

/** Says what would happen and to how many, and does it when told to. */
function Sure({ slug, deed, filter, onClose }: SureProps) {
  const queries = useQueryClient();
  const query = useQuery({ ...foreseenQuery(slug, deed, filter), staleTime: 0 });
  const start = useAct({
    mutationFn: (only?: UserFilter) => startDeed(slug, deed, { ...filter, ...only }),
    onSuccess: (run) => {
      noteAct(queries, slug, run);
      done(t('everybody.begun', { count: run.total }));
      onClose();
    },
  });
  const n = query.data;
  const proven = n ? n.total - n.unverified : 0;
  const some = deed.act === 'approve' && n !== undefined && n.unverified > 0 && proven > 0;
  return (
    <Modal opened onClose={onClose} title={deed.act === 'move' ? t('everybody.move-title', { group: deed.group.name }) : t(`everybody.${deed.act}-title`)}>
      <Stack>
        {(query.error ?? start.error) && <Problem error={query.error ?? start.error} onRetry={query.error ? () => void query.refetch() : undefined} />}
        {query.isPending && <Skeleton height={60} />}
        {n && (
          <Text size="sm">
            {t('everybody.found', { count: n.found })} {n.total === 0 ? t('everybody.nobody') : t('everybody.total', { count: n.total })}
            {n.total > 0 && n.found > n.total && ` ${t('everybody.rest', { count: n.found - n.total })}`}
            {deed.act === 'approve' && n.unverified > 0 && ` ${t('approvals.all-unverified', { count: n.unverified })}`}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t(`everybody.${deed.act}-text`)} {t('everybody.how')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          {some && (
            <Button variant="light" loading={start.isPending} onClick={() => start.mutate({ verified: 'true' })}>
              {t('bulk.proof-some', { count: proven })}
            </Button>
          )}
          {n && n.total > 0 && (
            <Button color={deed.act === 'disable' ? 'red' : undefined} loading={start.isPending} onClick={() => start.mutate(undefined)}>
              {t(`everybody.${deed.act}-do`, { n: n.total })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
