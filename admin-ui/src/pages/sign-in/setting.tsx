import { Autocomplete, Checkbox, Group, NumberInput, Radio, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../lib/i18n';
import { countries, countryName } from '../../lib/countries';
import { type Unit, unitName, unitOf, units } from '../../lib/durations';
import type { Draft } from '../../lib/settings';
import { type Field, hintOf, labelOf, optionHintOf, optionOf } from './fields';

type Props<F = Field> = { field: F; draft: Draft };

/** One setting: what it is called, what it does, what is chosen, what the server says against it. */
export function Setting({ field, draft }: Props) {
  const { path } = field;
  const value = draft.value(path);
  const set = (next: unknown) => draft.set(path, next);
  const common = { label: labelOf(path), description: hintOf(path), error: draft.error(path), 'data-setting': path };
  const text = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'switch':
      return <Switch {...common} checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />;
    case 'number':
      return <NumberInput {...common} value={typeof value === 'number' ? value : ''} onChange={set} allowDecimal={false} allowNegative={false} clampBehavior="none" min={field.min} max={field.max} />;
    case 'duration':
      return <Duration {...common} seconds={typeof value === 'number' ? value : undefined} onChange={set} />;
    case 'radio':
      return <Radios {...common} path={path} options={field.options} value={text} onChange={set} />;
    case 'select':
      return <Choice {...common} path={path} options={field.options} value={value} onChange={set} />;
    case 'types':
      return <Types {...common} path={path} value={list(value)} onChange={set} />;
    case 'timezone':
      return <Select {...common} searchable allowDeselect={false} value={text} onChange={set} data={Intl.supportedValuesOf('timeZone')} limit={200} />;
    case 'region':
      return <Select {...common} searchable clearable value={text || null} onChange={(next) => set(next ?? '')} data={countries} />;
    case 'regions':
      return <Regions {...common} value={list(value)} onChange={set} />;
    case 'origins':
      return <Origins {...common} value={list(value)} onChange={set} />;
    case 'returns':
      return <Returns {...common} value={list(value)} onChange={set} />;
    case 'domains':
      return <Domains {...common} value={list(value)} onChange={set} />;
    case 'language':
      return <Autocomplete {...common} value={text} onChange={set} data={['de', 'en', 'es', 'fr', 'zh-Hant']} maw={280} />;
    default:
      return <TextInput {...common} value={text} onChange={(event) => set(event.currentTarget.value)} spellCheck={false} autoCapitalize="off" />;
  }
}

type Common<V> = { label: string; description: string | undefined; error: string | undefined; value: V; onChange: (next: unknown) => void };
type Options = { path: string; options: readonly (string | number)[] };

type DurationProps = Omit<Common<never>, 'value'> & { seconds: number | undefined };

/** A number and its unit, whatever is whole; stored as seconds. */
function Duration({ seconds, onChange, ...common }: DurationProps) {
  const [chosen, choose] = useState<Unit>();
  const unit = chosen !== undefined && (seconds === undefined || seconds % chosen === 0) ? chosen : unitOf(seconds ?? 1);
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <NumberInput
        {...common}
        flex={1}
        value={seconds === undefined ? '' : seconds / unit}
        onChange={(next) => onChange(typeof next === 'number' ? next * unit : next)}
        allowDecimal={false}
        allowNegative={false}
        min={1}
      />
      <Select
        w={130}
        aria-label={t('settings.unit', { what: common.label })}
        allowDeselect={false}
        value={String(unit)}
        onChange={(next) => {
          const to = units.find((one) => String(one) === next) ?? 1;
          choose(to);
          if (seconds !== undefined) onChange((seconds / unit) * to);
        }}
        data={units.map((one) => ({ value: String(one), label: unitName(one) }))}
      />
    </Group>
  );
}

function Radios({ path, options, value, onChange, ...common }: Common<string> & Options) {
  return (
    <Radio.Group {...common} value={value} onChange={onChange}>
      <Stack gap={8} mt={8}>
        {options.map((option) => (
          <Radio key={option} value={String(option)} label={optionOf(path, option)} description={optionHintOf(path, option)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** What is a number on the wire stays one. */
function Choice({ path, options, value, onChange, ...common }: Common<unknown> & Options) {
  return (
    <Select
      {...common}
      allowDeselect={false}
      value={String(value)}
      onChange={(next) => onChange(options.find((option) => String(option) === next))}
      data={options.map((option) => ({ value: String(option), label: optionOf(path, option) }))}
    />
  );
}

function Types({ path, value, onChange, ...common }: Common<string[]> & { path: string }) {
  return (
    <Checkbox.Group {...common} value={value} onChange={(next) => onChange(['user', 'coach'].filter((type) => next.includes(type)))}>
      <Group gap="lg" mt={8}>
        {['user', 'coach'].map((type) => (
          <Checkbox key={type} value={type} label={optionOf(path, type)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Regions({ value, onChange, ...common }: Common<string[]>) {
  return (
    <TagsInput
      {...common}
      value={value}
      onChange={(next) => onChange(next.map((code) => code.toUpperCase()))}
      data={countries.map(({ value: code }) => code)}
      renderOption={({ option }) => countryName(option.value)}
      filter={({ options, search }) => options.filter((one) => 'value' in one && `${one.value} ${countryName(String(one.value))}`.toLowerCase().includes(search.toLowerCase()))}
      placeholder={value.length === 0 ? t('settings.all-countries') : undefined}
      maxDropdownHeight={240}
    />
  );
}

/** Whatever address is pasted, its origin is meant. */
function Origins({ value, onChange, ...common }: Common<string[]>) {
  return (
    <TagsInput
      {...common}
      value={value}
      onChange={(next) => onChange([...new Set(next.map(origin))])}
      placeholder={value.length === 0 ? 'https://app.example.com' : undefined}
      splitChars={[',', ' ']}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': t('settings.origins-clear') }}
    />
  );
}

/** Compared letter by letter, so nothing is made of what is typed. */
function Returns({ value, onChange, ...common }: Common<string[]>) {
  return (
    <TagsInput
      {...common}
      value={value}
      onChange={onChange}
      placeholder={value.length === 0 ? 'https://app.example.com/signed-in' : undefined}
      splitChars={[',', ' ']}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': t('settings.returns-clear') }}
    />
  );
}

/** Whatever address is pasted, its domain is meant. */
function Domains({ value, onChange, ...common }: Common<string[]>) {
  return (
    <TagsInput
      {...common}
      value={value}
      onChange={(next) => onChange([...new Set(next.map((text) => text.trim().toLowerCase().replace(/^.*@/, '')))])}
      placeholder={value.length === 0 ? 'example.com' : undefined}
      splitChars={[',', ' ']}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': t('settings.domains-clear') }}
    />
  );
}

function origin(text: string): string {
  try {
    const { origin } = new URL(text.trim());
    return origin === 'null' ? text : origin;
  } catch {
    return text;
  }
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
