import { Checkbox } from '@mantine/core';
import { t } from '../lib/i18n';
import { displayName } from '../lib/people';
import { toggle } from '../lib/queue';
import { Above, type Column } from './data-table';

type Person = Parameters<typeof displayName>[0] & { id: number };
export type Ticks = { ticks: ReadonlySet<number>; ids: number[]; setTicks: (ticks: ReadonlySet<number>) => void };

/** The column by which people are chosen for something that is done to many at once. */
export const ticksColumn = <P extends Person>({ ticks, ids, setTicks }: Ticks): Column<P> => ({
  key: 'ticks',
  phone: 'lead',
  narrow: true,
  header: (
    <Checkbox
      size="xs"
      aria-label={t('approvals.tick-all')}
      checked={ids.length > 0 && ids.every((id) => ticks.has(id))}
      indeterminate={ids.some((id) => ticks.has(id)) && !ids.every((id) => ticks.has(id))}
      onChange={(event) => setTicks(new Set(event.currentTarget.checked ? ids : []))}
    />
  ),
  cell: (person) => (
    <Above>
      <Checkbox size="xs" aria-label={t('approvals.tick', { name: displayName(person) })} checked={ticks.has(person.id)} onChange={() => setTicks(toggle(ticks, person.id))} />
    </Above>
  ),
});
