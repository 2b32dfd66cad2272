import { describe, expect, it } from 'vitest';
import { wanted } from './languages';
import { en } from './messages/en';
import { messages as de } from './messages/de';
import { messages as zh } from './messages/zh';

type Message = string | Partial<Record<string, string>>;

/** The {names} a message fills in, in whatever form. */
function names(message: Message): string[] {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  return [...new Set(texts.flatMap((text) => (text ?? '').match(/\{\w+\}/g) ?? []))].sort();
}

const english: Record<string, Message> = en;

describe.each([
  ['de', de as Record<string, Message>, ['one', 'other']],
  ['zh-Hant', zh as Record<string, Message>, ['other']],
] as const)('the catalogue %s', (_, catalogue, forms) => {
  it('fills in the same values as the English one', () => {
    const wrong = Object.entries(catalogue).filter(([key, message]) => {
      const wants = names(english[key] ?? '').filter((name) => name !== '{count}');
      const has = names(message).filter((name) => name !== '{count}');
      return wants.join() !== has.join();
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it('has the plural forms of its language and no empty text', () => {
    const wrong = Object.entries(catalogue).filter(([, message]) =>
      typeof message === 'string' ? message.trim() === '' : forms.some((form) => !message[form]?.trim()),
    );
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it('knows no key that English has not', () => {
    expect(Object.keys(catalogue).filter((key) => !(key in english))).toEqual([]);
  });
});

describe('the language', () => {
  it('is the one chosen, else the first of the browser that there is', () => {
    expect(wanted('de', ['zh-TW'])).toBe('de');
    expect(wanted(null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(wanted(null, ['zh-TW'])).toBe('zh-Hant');
    expect(wanted(null, ['zh-Hant-HK'])).toBe('zh-Hant');
    expect(wanted(null, ['zh-CN', 'en-GB'])).toBe('en');
    expect(wanted('xx', [])).toBe('en');
  });
});
