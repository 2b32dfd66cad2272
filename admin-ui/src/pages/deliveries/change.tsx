import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { type Delivery, refreshTenant } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { nameOfMessage } from '../../lib/names';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { Guarded } from '../../ui/guarded';
import { done, failed } from '../../ui/toasts';

/** What can be done about a message in its state: send a failed one again, withdraw one that waits. */
export function Change({ slug, delivery }: { slug: string; delivery: Delivery }) {
  const { id, to, state } = delivery;
  const because = obstacle(useAdmin(), slug, 'manage');
  const queries = useQueryClient();
  const path = { params: { path: { slug, id } } };
  const onSettled = () => refreshTenant(queries, slug);
  const resend = useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/deliveries/{id}/resend', path)),
    onSuccess: () => done(t('deliveries.queued-again', { to })),
    onError: failed,
    onSettled,
  });
  const cancel = useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/deliveries/{id}/cancel', path)),
    onSuccess: () => done(t('deliveries.withdrawn', { to })),
    onSettled,
  });
  const sure = () =>
    ask({ title: t('deliveries.cancel-title', { what: nameOfMessage(delivery.kind) }), text: t('deliveries.cancel-text', { to }), confirm: t('deliveries.cancel'), onConfirm: () => cancel.mutateAsync() });
  if (state === 'failed')
    return (
      <Guarded size="xs" variant="default" because={because} loading={resend.isPending} onClick={() => resend.mutate()}>
        {t('deliveries.again')}
      </Guarded>
    );
  if (state !== 'pending') return null;
  return (
    <Guarded size="xs" variant="default" because={because} loading={cancel.isPending} onClick={sure}>
      {t('deliveries.cancel')}
    </Guarded>
  );
}
