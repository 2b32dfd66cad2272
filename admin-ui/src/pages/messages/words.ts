import { has, locale, type MessageKey, t } from '../../lib/i18n';
import type { Channel } from './queries';

const languages = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });

/** When it is sent. */
export function whenOf(kind: string): string | undefined {
  return words(`messages.when.${kind}`);
}

export function channelOf(channel: Channel): string {
  return words(`messages.channel.${channel}`) ?? channel;
}

/** What a placeholder, as {link} or {name?}, becomes. */
export function meaningOf(written: string): string | undefined {
  return words(`messages.value.${written.replace(/[{}?]/g, '')}`);
}

/** A language by its name here, as "German (de)"; a tag that is none stays as it is. */
export function languageOf(tag: string): string {
  try {
    const name = languages.of(tag);
    return name && name !== tag ? `${name} (${tag})` : tag;
  } catch {
    return tag;
  }
}

function words(key: string): string | undefined {
  return has(key) ? t(key as MessageKey as 'close') : undefined;
}
