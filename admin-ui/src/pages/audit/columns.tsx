import { changes, show } from '../../lib/changes';
import { t } from '../../lib/i18n';
import { Above, type Column } from '../../ui/data-table';
import { dash, Line } from '../../ui/line';
import { CellLink, RowLink } from '../../ui/link';
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
    <div style={{ maxWidth: 190 }}>
      <Person name={called(actor)} detail={kindOf(actor.type)} />
    </div>
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
    if (!target || (actor.type === 'user' && actor.id === target.id)) return dash;
    if (user_id === null || target.name === null) {
      return <Line width={170}>{called(target)}</Line>;
    }
    return (
      <Above>
        <CellLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }} width={170}>
          {called(target)}
        </CellLink>
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
          <CellLink to="/tenants/$slug/audit" params={{ slug: tenant.slug }} width={200}>
            {tenant.name}
          </CellLink>
        </Above>
      ) : (
        <Line>{t('where.platform')}</Line>
      )}
      {target && (
        <Line small dim>
          {called(target)}
        </Line>
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
    if (!first) return dash;
    const from = show(first.from) || t('audit.nothing');
    const to = show(first.to) || t('audit.nothing');
    return (
      <>
        {first.field && (
          <Line small dim>
            {first.field}
            {more.length > 0 && ` +${more.length}`}
          </Line>
        )}
        <Line>{`${from} → ${to}`}</Line>
      </>
    );
  },
};

const when: Column<Entry> = { key: 'when', header: t('audit.when'), sort: { by: 'at', latestFirst: true }, phone: 'aside', narrow: true, cell: ({ at }) => <When at={at} /> };
