import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { IconBookmark, IconBookmarkPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../lib/i18n';
import { firstPage } from '../../lib/pager';
import { type UsersSearch, usersSearch } from '../../lib/search';
import { MenuChoice } from '../../ui/menu-choice';
import { done } from '../../ui/toasts';
import { chosenAtFirst } from './columns';
import { everybody, view } from './filter';

const route = getRouteApi('/inside/tenants/$slug/users');

type View = { name: string; search: UsersSearch; /** Kept with own views; the common ones leave them as they are. */ columns?: string[] };
type Props = { chosen: string[]; onChoose: (chosen: string[]) => void };

const common = (): View[] => [
  { name: t('views.all'), search: {} },
  { name: t('users.pending'), search: { status: 'pending' } },
  { name: t('users.invited'), search: { status: 'invited' } },
  { name: t('users.unverified'), search: { status: 'unverified' } },
  { name: t('views.quiet'), search: { status: 'active', unseen: daysAgo(90) } },
];

/** Ways to look at the list: those everybody has, and those kept in this browser for this tenant. */
export function Views({ chosen, onChoose }: Props) {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [own, setOwn] = useLocalStorage<View[]>({ key: `keyhall-views-${slug}`, defaultValue: [] });
  const [naming, setNaming] = useState(false);
  const usual = Object.keys(view(search)).length === 0 && search.sort === undefined && chosen.join() === chosenAtFirst.join();
  const show = ({ search, columns }: View) => {
    if (columns) onChoose(columns);
    // What was kept by an older version may hold what this one does not know.
    void navigate({ search: { ...everybody, ...firstPage, ...usersSearch(search) } });
  };
  const keep = (name: string) => {
    const { sort } = search;
    setOwn([...own.filter((one) => one.name !== name), { name, search: { ...view(search), ...(sort ? { sort } : {}) }, columns: chosen }]);
    setNaming(false);
    done(t('views.kept', { name }));
  };
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={250}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} />}>
            {t('views.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {common().map((one) => (
            <Menu.Item key={one.name} onClick={() => show(one)}>
              {one.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t('views.own')}</Menu.Label>
          {own.length === 0 && (
            <Text size="xs" c="dimmed" px="sm" pb={6}>
              {t('views.none')}
            </Text>
          )}
          {own.map((one) => (
            <Group key={one.name} gap={2} wrap="nowrap">
              <Menu.Item onClick={() => show(one)}>{one.name}</Menu.Item>
              <ActionIcon variant="subtle" color="gray" aria-label={t('views.forget', { name: one.name })} onClick={() => setOwn(own.filter(({ name }) => name !== one.name))}>
                <IconX size={14} />
              </ActionIcon>
            </Group>
          ))}
          <MenuChoice icon={<IconBookmarkPlus size={16} />} because={usual ? t('views.keep-nothing') : undefined} onClick={() => setNaming(true)}>
            {t('views.keep')}
          </MenuChoice>
        </Menu.Dropdown>
      </Menu>
      {naming && <Naming onKeep={keep} onClose={() => setNaming(false)} />}
    </>
  );
}

function Naming({ onKeep, onClose }: { onKeep: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  return (
    <Modal opened onClose={onClose} title={t('views.keep-title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onKeep(name.trim());
        }}
      >
        <Stack>
          <TextInput label={t('field.name')} description={t('views.keep-hint')} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={40} required pattern=".*\S.*" data-autofocus />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit">{t('views.keep-do')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function daysAgo(n: number): string {
  return new Date(Date.now() - n * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
