import type { components } from '../../api/schema';

export type Delivery = components['schemas']['Delivery'];

/** What a message is called: its kind in words. */
export function titleOf({ kind }: Delivery): string {
  return kind.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
}
