import { Group, Stack, TextInput, UnstyledButton } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';
import { isColor } from '../lib/contrast';
import { t } from '../lib/i18n';
import classes from './color-field.module.css';

type Props = ComponentPropsWithoutRef<typeof TextInput> & { label: string; value: string; onPick: (color: string) => void; /** What stands while none is chosen. */ usual: string; swatches: string[] };

/** A colour as text, from the system's own picker, or one of a few. */
export function ColorField({ value, onPick, usual, swatches, ...props }: Props) {
  return (
    <Stack gap={8}>
      <TextInput
        {...props}
        value={value}
        onChange={(event) => onPick(event.currentTarget.value)}
        placeholder={usual}
        maxLength={7}
        spellCheck={false}
        leftSection={
          <input type="color" className={classes.picker} aria-label={t('color.pick', { what: props.label })} value={isColor(value) ? value : usual} onChange={(event) => onPick(event.currentTarget.value)} />
        }
      />
      <Group gap={6} role="group" aria-label={t('color.some', { what: props.label })}>
        {swatches.map((swatch) => (
          <UnstyledButton key={swatch} className={classes.swatch} style={{ background: swatch }} aria-label={swatch} title={swatch} aria-pressed={value.toLowerCase() === swatch} onClick={() => onPick(swatch)} />
        ))}
      </Group>
    </Stack>
  );
}
