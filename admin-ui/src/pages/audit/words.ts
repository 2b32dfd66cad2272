import type { components } from '../../api/schema';
import { has, type MessageKey, t } from '../../lib/i18n';
import { en } from '../../lib/messages/en';

type Schemas = components['schemas'];
export type Entry = Schemas['AuditEntry'] & { tenant?: Schemas['PlatformAuditEntry']['tenant'] };
type Thing = { type: string; id: string; name: string | null };

const did = 'audit.did.';
const of = 'audit.of.';

/** What was done, in words; an action without any is shown by its name. */
export function deed(action: string): string {
  const key = did + action;
  return has(key) ? words(key) : action;
}

/** What somebody or something is called, with what there is to say when the name is gone. */
export function called({ type, id, name }: Thing): string {
  if (name !== null) return name;
  if (type === 'system' || type === 'operator') return kindOf(type);
  return t('audit.gone', { kind: kindOf(type), id: id.slice(0, 8) });
}

export function kindOf(type: string): string {
  const key = `audit.kind-${type}`;
  return has(key) ? words(key) : type;
}

/** Every action there are words for, below its kind: choices for a filter. */
export function actionChoices() {
  const actions = Object.keys(en).filter((key) => key.startsWith(did)).map((key) => key.slice(did.length));
  return Object.keys(en)
    .filter((key) => key.startsWith(of))
    .map((key) => {
      const kind = key.slice(of.length);
      const name = words(key as MessageKey);
      const own = actions.filter((action) => action.startsWith(`${kind}.`));
      return { group: name, items: [{ value: `${kind}.*`, label: t('audit.all-of', { kind: name }) }, ...own.map((value) => ({ value, label: deed(value) }))] };
    });
}

/** A message without values, by a key made at run time. */
function words(key: MessageKey): string {
  return t(key as 'close');
}
