import { Box, Combobox, Loader, ScrollArea, Text, UnstyledButton, useCombobox, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { IconBuildingCommunity, IconSelector } from '@tabler/icons-react';
import { useState } from 'react';
import { tenantQuery, tenantsQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { Initials } from '../../ui/person';
import classes from './frame.module.css';

type WhereProps = { slug: string | undefined; compact?: boolean };

const platform = '/'; // no slug looks like this

/** Says where one is, and goes elsewhere: a search over the tenants in reach. */
export function Where({ slug, compact }: WhereProps) {
  const [text, setText] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setText('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const here = useHere(slug);
  const go = useGo();
  const submit = (value: string) => {
    combobox.closeDropdown();
    go(value);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit} width={compact ? 300 : 'target'} position="bottom-start" shadow="md">
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <UnstyledButton
          className={classes.where}
          data-compact={compact}
          onClick={() => combobox.toggleDropdown()}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
        >
          <Place slug={slug} name={here} compact={compact} />
          <VisuallyHidden>{t('where.switch')}</VisuallyHidden>
          <IconSelector size={16} aria-hidden style={{ flexShrink: 0, marginLeft: 'auto' }} />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder={t('where.search')}
          aria-label={t('where.search')}
        />
        {combobox.dropdownOpened && <Tenants text={text} />}
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** The name of where one is. */
function useHere(slug: string | undefined): string {
  const { operator } = useAdmin();
  const tenant = useQuery({ ...tenantQuery(slug ?? ''), enabled: slug !== undefined });
  if (slug !== undefined) return tenant.data?.name ?? slug;
  return operator ? t('where.platform') : t('where.yours');
}

function Place({ slug, name, compact }: WhereProps & { name: string }) {
  return (
    <>
      {slug === undefined ? <IconBuildingCommunity size={compact ? 20 : 24} stroke={1.5} aria-hidden /> : <Initials name={name} size={compact ? 24 : 30} square />}
      <Box miw={0} ta="left">
        {!compact && (
          <Text size="xs" c="dimmed" lh={1.2}>
            {slug === undefined ? t('where.here') : t('where.tenant')}
          </Text>
        )}
        <Text size="sm" fw={600} truncate lh={1.3}>
          {name}
        </Text>
      </Box>
    </>
  );
}

function Tenants({ text }: { text: string }) {
  const admin = useAdmin();
  const [q] = useDebouncedValue(text.trim(), 200);
  const { data, isError } = useQuery({ ...tenantsQuery({ q: q || undefined, limit: 20 }), placeholderData: keepPreviousData });
  return (
    <Combobox.Options>
      <ScrollArea.Autosize mah={320} type="scroll">
        <Combobox.Option value={platform}>{admin.operator ? t('where.platform') : t('where.yours')}</Combobox.Option>
        {data?.data.map((tenant) => (
          <Combobox.Option key={tenant.id} value={tenant.slug}>
            <Text size="sm" truncate>
              {tenant.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {tenant.status === 'suspended' ? t('where.suspended', { slug: tenant.slug }) : tenant.slug}
            </Text>
          </Combobox.Option>
        ))}
        {!data && <Combobox.Empty>{isError ? t('error.unexpected') : <Loader size="xs" />}</Combobox.Empty>}
        {data?.data.length === 0 && <Combobox.Empty>{t('where.none')}</Combobox.Empty>}
      </ScrollArea.Autosize>
    </Combobox.Options>
  );
}

/** To another tenant's same room, where there is one. */
function useGo() {
  const router = useRouter();
  const room = useLocation({ select: ({ pathname }) => pathname.split('/')[3] });
  return (slug: string) => {
    if (slug === platform) return void router.navigate({ to: '/tenants' });
    const same = `/tenants/$slug/${room}`;
    const to = same in router.routesByPath ? (same as '/tenants/$slug/users') : '/tenants/$slug';
    return void router.navigate({ to, params: { slug } });
  };
}
