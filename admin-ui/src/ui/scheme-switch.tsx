import { type MantineColorScheme, SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { t } from '../lib/i18n';

const schemes = [
  { value: 'light', glyph: IconSun, name: () => t('scheme.light') },
  { value: 'dark', glyph: IconMoon, name: () => t('scheme.dark') },
  { value: 'auto', glyph: IconDeviceDesktop, name: () => t('scheme.auto') },
] as const;

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={t('scheme.label')}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
      data={schemes.map(({ value, glyph: Glyph, name }) => ({
        value,
        label: (
          <span title={name()} style={{ display: 'flex', justifyContent: 'center' }}>
            <Glyph size={16} aria-hidden />
            <VisuallyHidden>{name()}</VisuallyHidden>
          </span>
        ),
      }))}
    />
  );
}
