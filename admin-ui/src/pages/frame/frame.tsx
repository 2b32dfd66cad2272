import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Outlet, useLocation, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { t } from '../../lib/i18n';
import { Mark } from '../../ui/logo';
import classes from './frame.module.css';
import { Navigation } from './navigation';
import { Palette } from './palette';
import { Where } from './where';

/** What stands around every room: where one is, where one can go, who one is. */
export function Frame() {
  const [open, { toggle, close }] = useDisclosure(false);
  const { slug } = useParams({ strict: false });
  const pathname = useLocation({ select: (location) => location.pathname });
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  const [searching, search] = useDisclosure(false);
  useHotkeys([['mod+K', search.toggle]], []);

  useEffect(() => {
    close();
    // A new room: readers and keyboards start at its top. Not on arrival, and not while filtering.
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname, close]);

  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 256, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className={classes.skip} href="#main">
        {t('frame.skip')}
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={open} onClick={toggle} size="sm" aria-label={open ? t('frame.close-menu') : t('frame.menu')} aria-expanded={open} />
          <Mark size={26} />
          <Where slug={slug} compact />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label={t('frame.navigation')}>
        <Navigation slug={slug} onSearch={search.open} />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <Palette slug={slug} opened={searching} onClose={search.close} />
    </AppShell>
  );
}
