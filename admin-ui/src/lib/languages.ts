/** The languages the dashboard speaks, each in its own words, and which one this browser wants. */
export const languages = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
  { code: 'zh-Hant', name: '繁體中文' },
] as const;

export type Language = (typeof languages)[number]['code'];

const place = 'keyhall-language';

/** What was chosen here once, else the first of the browser's languages that there is. */
export function wanted(chosen: string | null, preferred: readonly string[]): Language {
  for (const wish of [chosen ?? '', ...preferred]) {
    const match = languages.find(({ code }) => code === family(wish));
    if (match) return match.code;
  }
  return 'en';
}

/** Readers of Chinese in Taiwan, Hong Kong and Macau read the traditional script. */
function family(tag: string): string {
  if (/^zh-(hant|tw|hk|mo)\b/i.test(tag)) return 'zh-Hant';
  return tag.split('-')[0]?.toLowerCase() === 'zh' ? 'zh' : (tag.split('-')[0] ?? '').toLowerCase();
}

export function wantedHere(): Language {
  return wanted(stored(), globalThis.navigator?.languages ?? []);
}

/** Chooses a language for this browser. Texts are read once, so the page starts anew. */
export function speak(language: Language) {
  window.localStorage.setItem(place, language);
  window.location.reload();
}

function stored(): string | null {
  try {
    return globalThis.localStorage?.getItem(place) ?? null;
  } catch {
    return null; // storage is switched off: follow the browser
  }
}
