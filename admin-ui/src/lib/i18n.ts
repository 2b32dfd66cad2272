/**
 * The catalogue's reader. The language is settled before anything reads a text: another one than
 * English is fetched first, and whoever imports this waits for it. A message is a text with {names}, or a set of plural forms picked by
 * `count`. Keys and the names a message needs are checked by the compiler.
 */
import { type Language, wantedHere } from './languages';
import { en } from './messages/en';

type Forms = { readonly one: string; readonly other: string };
type Catalogue = typeof en;
export type MessageKey = keyof Catalogue;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<M> = M extends Forms ? 'count' | Names<M['one']> | Names<M['other']> : Names<M>;
type Values<K extends MessageKey> = { [N in NamesOf<Catalogue[K]>]: string | number };
type Args<K extends MessageKey> = [NamesOf<Catalogue[K]>] extends [never] ? [] : [values: Values<K>];

/** What a translation has to offer: every key of the English catalogue. */
export type Messages = Record<MessageKey, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

const catalogues: Record<Exclude<Language, 'en'>, () => Promise<{ messages: Partial<Messages> }>> = {
  de: () => import('./messages/de'),
  'zh-Hant': () => import('./messages/zh'),
};

async function read(language: Language): Promise<[Language, Messages]> {
  if (language === 'en') return [language, en];
  try {
    const { messages } = await catalogues[language]();
    return [language, { ...en, ...messages }];
  } catch {
    return ['en', en]; // cut off, or another version is served by now: better in English than not at all
  }
}

const [language, messages] = await read(wantedHere());
export const locale = language;

const plural = new Intl.PluralRules(locale);
const number = new Intl.NumberFormat(locale);

export function t<K extends MessageKey>(key: K, ...[values]: Args<K>): string {
  return fill(pick(messages[key], values), values);
}

/** Whether the catalogue has a message for a key made at run time, such as an error code. */
export function has(key: string): key is MessageKey {
  return Object.hasOwn(messages, key);
}

function pick(message: Messages[MessageKey], values?: Record<string, string | number>): string {
  if (typeof message === 'string') return message;
  return message[plural.select(Number(values?.count))] ?? message.other ?? '';
}

function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number.format(value) : value;
  });
}
