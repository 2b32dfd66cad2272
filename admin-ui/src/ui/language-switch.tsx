import { SegmentedControl } from '@mantine/core';
import { locale, t } from '../lib/i18n';
import { languages, speak } from '../lib/languages';

export function LanguageSwitch() {
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={t('language.label')}
      value={locale}
      onChange={(value) => {
        const language = languages.find(({ code }) => code === value);
        if (language) speak(language.code);
      }}
      data={languages.map(({ code, name }) => ({ value: code, label: <span lang={code}>{name}</span> }))}
    />
  );
}
