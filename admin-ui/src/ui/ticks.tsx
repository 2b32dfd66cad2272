import { t } from '../lib/i18n';
import { displayName } from '../lib/people';
import { toggle } from '../lib/queue';
import { Above, type Column } from './data-table';
import classes from './row.module.css';

type Person = Parameters<typeof displayName>[0] & { id: number };
export type Ticks = { ticks: ReadonlySet<number>; ids: number[]; setTicks: (ticks: ReadonlySet<number>) => void };

/** The column by which people are chosen for something that is done to many at once. */
export const ticksColumn = <P extends Person>({ ticks, ids, setTicks }: Ticks): Column<P> => ({
  key: 'ticks',
  phone: 'lead',
  narrow: true,
  header: (
    <Tick
      label={t('approvals.tick-all')}
      on={ids.length > 0 && ids.every((id) => ticks.has(id))}
      some={ids.some((id) => ticks.has(id)) && !ids.every((id) => ticks.has(id))}
      onTick={(on) => setTicks(new Set(on ? ids : []))}
    />
  ),
  cell: (person) => (
    <Above>
      <Tick label={t('approvals.tick', { name: displayName(person) })} on={ticks.has(person.id)} onTick={() => setTicks(toggle(ticks, person.id))} />
    </Above>
  ),
});

type TickProps = { label: string; on: boolean; some?: boolean; onTick: (on: boolean) => void };

function Tick({ label, on, some = false, onTick }: TickProps) {
  return (
    <input
      type="checkbox"
      className={classes.tick}
      aria-label={label}
      checked={on}
      ref={(input) => {
        if (input) input.indeterminate = some;
      }}
      onChange={(event) => onTick(event.currentTarget.checked)}
    />
  );
}
