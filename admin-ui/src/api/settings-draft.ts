import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../lib/i18n';
import { at, type Change, type Draft, edit, edited, type Edits, editSection, patchOf, type Tree } from '../lib/settings';
import { done } from '../ui/toasts';
import { useAct } from '../lib/act';
import { asApiError } from './errors';
import { refreshTenant } from './queries';
import { patchSettings, type Settings, type SettingsPatch, settingsQuery } from './settings';

/** Holds changes to settings until they are saved. `shows` are the settings that have a field of their own; `onRefused` is told the first field that the server objects to. */
export function useSettingsDraft(slug: string, saved: Settings, shows: (path: string) => boolean, onRefused?: (path: string) => void): Draft {
  const [edits, setEdits] = useState<Edits>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<unknown>();
  const queries = useQueryClient();
  const save = useAct({
    mutationFn: (sent: Edits) => patchSettings(slug, patchOf(sent) as SettingsPatch),
    onMutate: () => {
      setErrors({});
      setProblem(undefined);
    },
    onError: (error) => {
      const { fields } = asApiError(error);
      const [first] = fields;
      setErrors(Object.fromEntries(fields.map(({ field, message }) => [field, message])));
      setProblem(first && fields.every(({ field }) => shows(field)) ? undefined : error);
      if (first) onRefused?.(first.field);
    },
    onSuccess: (settings, sent) => {
      queries.setQueryData(settingsQuery(slug).queryKey, settings);
      // What was changed while this was on its way is still to be saved.
      setEdits((now) => Object.fromEntries(Object.entries(now).filter(([path, value]) => !(path in sent) || sent[path] !== value)));
      done(t('settings.saved'));
      void refreshTenant(queries, slug);
    },
  });
  const change = (next: Edits, path: string) => {
    setEdits(next);
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([name]) => name !== path && !name.startsWith(`${path}.`))));
  };
  const changes: Change[] = Object.entries(edits).map(([path, to]) => ({ path, from: at(saved, path), to }));
  return {
    value: (path: string) => edited(saved, edits, path),
    set: (path: string, value: unknown) => change(edit(saved, edits, path, value), path),
    setSection: (path: string, section: Tree | null) => change(editSection(saved, edits, path, section), path),
    error: (path: string) => errors[path],
    errors,
    problem,
    changes,
    dirty: changes.length > 0,
    saving: save.isPending,
    save: () => save.mutate(edits),
    discard: () => {
      setEdits({});
      setErrors({});
      setProblem(undefined);
    },
  };
}
