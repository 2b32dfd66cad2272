import type { User } from '../../api/queries';
import { applies, type Decision } from '../../lib/decisions';
import { t } from '../../lib/i18n';
import { BulkBar } from '../../ui/bulk-bar';
import { Guarded } from '../../ui/guarded';

type BulkProps = { users: User[]; because: string | undefined; onDecide: (decision: Decision) => void; onClear: () => void };

/** What can be done with all that is ticked, with the number it will be done to. */
export function Bulk({ users, because, onDecide, onClear }: BulkProps) {
  const count = (decision: Decision) => users.filter(({ approval }) => applies(decision, approval)).length;
  const nobody = (decision: Decision) => because ?? (count(decision) === 0 ? t('bulk.nobody') : undefined);
  return (
    <BulkBar count={users.length} onClear={onClear}>
      <Guarded size="sm" danger because={nobody('reject')} onClick={() => onDecide('reject')}>
        {t('bulk.reject', { n: count('reject') })}
      </Guarded>
      <Guarded size="sm" because={nobody('approve')} onClick={() => onDecide('approve')}>
        {t('bulk.approve', { n: count('approve') })}
      </Guarded>
    </BulkBar>
  );
}
