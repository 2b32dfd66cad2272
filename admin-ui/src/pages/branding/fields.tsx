import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { contrast, isColor, readable, readableShade } from '../../lib/contrast';
import { t } from '../../lib/i18n';
import type { Draft } from '../../lib/settings';
import { ColorField } from '../../ui/color-field';
import { TextLinkAway } from '../../ui/link';
import { Panel } from '../../ui/panel';
import { Status } from '../../ui/status';

const labels = {
  'branding.name': () => t('branding.name'),
  'branding.logo_url': () => t('branding.logo'),
  'branding.color': () => t('branding.color'),
  'branding.background': () => t('branding.background'),
  'sender.name': () => t('branding.sender-name'),
  'sender.address': () => t('branding.sender-address'),
};
type Path = keyof typeof labels;

export function labelOf(path: string): string {
  return path in labels ? labels[path as Path]() : path;
}

export function isShown(path: string): boolean {
  return path in labels;
}

const swatches = ['#1d4ed8', '#0b6e4f', '#7c2d92', '#b3261e', '#9a3412', '#0f766e', '#334155'];

/** `name` is what stands where no name is chosen: the tenant's. */
export function Fields({ draft, name }: { draft: Draft; name: string }) {
  const common = (path: Path) => ({ label: labels[path](), error: draft.error(path), 'data-setting': path, value: String(draft.value(path) ?? ''), spellCheck: false });
  const text = (path: Path) => ({ ...common(path), onChange: (event: React.ChangeEvent<HTMLInputElement>) => draft.set(path, event.currentTarget.value) });
  const color = (path: Path) => ({ ...common(path), onPick: (value: string) => draft.set(path, value) });
  const logo = String(draft.value('branding.logo_url') ?? '');
  return (
    <Stack gap="lg">
      <Panel title={t('branding.look')}>
        <TextInput {...text('branding.name')} description={t('branding.name-hint')} placeholder={name} maxLength={100} spellCheck />
        <Stack gap={4}>
          <TextInput {...text('branding.logo_url')} description={t('branding.logo-hint')} placeholder="https://cdn.example.com/logo.png" />
          {/^https:\/\/\S+\.\S/.test(logo) && (
            <TextLinkAway href={logo} size="xs">
              {t('branding.logo-open')}
            </TextLinkAway>
          )}
        </Stack>
        <Stack gap={6}>
          <ColorField {...color('branding.color')} description={t('branding.color-hint')} usual="#1d4ed8" swatches={swatches} />
          <Contrast color={String(draft.value('branding.color') ?? '')} onUse={(shade) => draft.set('branding.color', shade)} />
        </Stack>
        <ColorField {...color('branding.background')} description={t('branding.background-hint')} usual="#f1f5f9" swatches={['#f1f5f9', '#ffffff', '#faf5ef', '#eef6f1', '#f5f0fa', '#0f172a']} />
      </Panel>
      <Panel title={t('branding.sender')}>
        <TextInput {...text('sender.name')} description={t('branding.sender-name-hint')} maxLength={100} />
        <TextInput {...text('sender.address')} type="email" description={t('branding.sender-address-hint')} placeholder="hello@example.com" />
      </Panel>
    </Stack>
  );
}

/** Whether the colour can be read on white, before the server has to refuse it. */
function Contrast({ color, onUse }: { color: string; onUse: (shade: string) => void }) {
  if (!isColor(color)) return null;
  const ratio = contrast(color, '#ffffff');
  const told = (Math.floor(ratio * 10) / 10).toLocaleString();
  if (ratio >= readable) return <Status tone="good">{t('branding.contrast-good', { ratio: told })}</Status>;
  const shade = readableShade(color);
  return (
    <Group gap="sm">
      <Text size="sm" c="var(--mantine-color-error)" role="status">
        {t('branding.contrast-low', { ratio: told, least: readable.toLocaleString() })}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => onUse(shade)}>
        {t('branding.contrast-use', { shade })}
      </Button>
    </Group>
  );
}
