import { t } from '../lib/i18n';
import { Status, type Tone } from './status';

type State = 'pending' | 'sent' | 'failed' | 'expired' | 'cancelled';

const tones: Record<State, Tone> = { pending: 'wait', sent: 'good', failed: 'bad', expired: 'off', cancelled: 'off' };

/** How far something that is sent has come. */
export function DeliveryState({ state, waits = false }: { state: State; /** For room under a limit. */ waits?: boolean }) {
  return <Status tone={tones[state]}>{t(waits ? 'deliveries.waiting' : `deliveries.${state}`)}</Status>;
}
