import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { watchSession } from './api/client';
import { worthRetrying } from './api/errors';
import { sessionQuery } from './api/session';
import { t } from './lib/i18n';
import { makeRouter } from './router';
import { cssVariables, theme } from './theme';
import { Hints } from './ui/hints';

const schemes = localStorageColorSchemeManager({ key: 'keyhall-color-scheme' }); // color-scheme.js reads it too

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < 2 && worthRetrying(error) },
  },
});

const router = makeRouter(queries);

watchSession({
  renew: async () => {
    const before = queries.getQueryData(sessionQuery.queryKey)?.admin.id;
    const { admin } = await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    if (admin.id !== before) void router.invalidate();
    return admin.id === before;
  },
  enrol: () => void router.navigate({ to: '/account' }).then(() => queries.invalidateQueries({ queryKey: ['me'] })),
  ended: () => {
    const { pathname, href } = router.state.location;
    if (pathname === '/sign-in') return;
    void router.navigate({ to: '/sign-in', search: { return: href, ended: true } }).then(() => router.state.location.pathname === '/sign-in' && queries.clear()); // who has unsaved changes may have stayed
  },
});

export function App() {
  const wide = useMediaQuery('(min-width: 48em)');
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={schemes} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider labels={{ confirm: t('confirm'), cancel: t('cancel') }}>
          <RouterProvider router={router} />
          <Hints />
          <Notifications position={wide ? 'bottom-right' : 'top-center'} limit={4} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
