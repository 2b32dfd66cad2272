import { Box, Text } from '@mantine/core';
import { changes, show } from '../../lib/changes';
import { t } from '../../lib/i18n';
import { Above, type Column } from '../../ui/data-table';
import { RowLink, TextLink } from '../../ui/link';
import { Person } from '../../ui/person';
import { When } from '../../ui/when';
import { called, deed, type Entry, kindOf } from './words';

/** The table of a tenant's trail, or of the platform's without a slug. */
export function columns(slug: string | undefined): Column<Entry>[] {
  return [who, what, slug === undefined ? place : whom(slug), change, when];
}

const who: Column<Entry> = {
  key: 'who',
  header: t('audit.who'),
  phone: 'title',
  narrow: true,
  cell: ({ actor }) => (
    <Box maw={190}>
      <Person name={called(actor)} detail={kindOf(actor.type)} />
    </Box>
  ),
};

const what: Column<Entry> = {
  key: 'what',
  header: t('audit.what'),
  phone: 'meta',
  narrow: true,
  cell: ({ id, action }) => (
    <RowLink to="." search={(old) => ({ ...old, open: id })} resetScroll={false}>
      {deed(action)}
    </RowLink>
  ),
};

const whom = (slug: string): Column<Entry> => ({
  key: 'whom',
  header: t('audit.whom'),
  phone: 'meta',
  narrow: true,
  cell: ({ target, user_id, actor }) => {
    if (!target || (actor.type === 'user' && actor.id === target.id)) return <Dash />;
    if (user_id === null || target.name === null) {
      return (
        <Box maw={170}>
          <Line>{called(target)}</Line>
        </Box>
      );
    }
    return (
      <Above>
        <TextLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }} size="sm" truncate maw={170}>
          {called(target)}
        </TextLink>
      </Above>
    );
  },
});

const place: Column<Entry> = {
  key: 'where',
  header: t('audit.where'),
  phone: 'meta',
  narrow: true,
  cell: ({ tenant, target }) => (
    <>
      {tenant ? (
        <Above>
          <TextLink to="/tenants/$slug/audit" params={{ slug: tenant.slug }} size="sm" truncate maw={200}>
            {tenant.name}
          </TextLink>
        </Above>
      ) : (
        <Line>{t('where.platform')}</Line>
      )}
      {target && (
        <Text size="xs" c="dimmed" truncate>
          {called(target)}
        </Text>
      )}
    </>
  ),
};

/** The first change, short; the drawer has them all. */
const change: Column<Entry> = {
  key: 'change',
  header: t('audit.change'),
  phone: 'hidden',
  grow: true,
  cell: ({ details }) => {
    const [first, ...more] = changes(details);
    if (!first) return <Dash />;
    const from = show(first.from) || t('audit.nothing');
    const to = show(first.to) || t('audit.nothing');
    return (
      <Box>
        {first.field && (
          <Text size="xs" c="dimmed" truncate>
            {first.field}
            {more.length > 0 && ` +${more.length}`}
          </Text>
        )}
        <Line>{`${from} → ${to}`}</Line>
      </Box>
    );
  },
};

const when: Column<Entry> = { key: 'when', header: t('audit.when'), sort: { by: 'at', latestFirst: true }, phone: 'aside', narrow: true, cell: ({ at }) => <When at={at} /> };

function Line({ children }: { children: string }) {
  return (
    <Text size="sm" truncate>
      {children}
    </Text>
  );
}

function Dash() {
  return (
    <Text size="sm" c="dimmed">
      –
    </Text>
  );
}
