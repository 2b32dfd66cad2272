import { Badge, Button, Drawer, Group, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconHistoryToggle } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import { Diff } from '../../ui/diff';
import { Empty } from '../../ui/empty';
import { Problem } from '../../ui/problem';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { messagesQuery, resetTemplate, restoreVersion, type Template, templateQuery, versionsQuery, type Which } from './queries';
import classes from './versions.module.css';

type Props = { which: Which; opened: boolean; /** What is in use. */ template: Template | null; onClose: () => void; onRestored: (template: Template) => void };

/** The tenant's wordings, newest first: look at one against what is in use, and go back to it. */
export function Versions({ which, opened, template, onClose, onRestored }: Props) {
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={620} title={t('messages.versions')}>
      {opened && <Content which={which} template={template} onRestored={onRestored} />}
    </Drawer>
  );
}

function Content({ which, template, onRestored }: Omit<Props, 'opened' | 'onClose'>) {
  const query = useQuery(versionsQuery(which));
  const [chosen, choose] = useState<number>();
  const use = useTaking(which, onRestored);
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={200} />;
  const versions = query.data.data.filter(({ version }) => version !== null);
  if (versions.length === 0) {
    return (
      <Empty small icon={IconHistoryToggle} title={t('messages.versions-empty')}>
        {t('messages.versions-empty-hint')}
      </Empty>
    );
  }
  return (
    <Stack>
      {template && template.version !== null && <Reset which={which} onReset={() => use.mutateAsync(undefined)} />}
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {versions.map((one) => (
          <li key={one.version}>
            <Version one={one} open={chosen === one.version} onOpen={() => choose(chosen === one.version ? undefined : (one.version ?? undefined))} />
            {chosen === one.version && <Comparison one={one} template={template} busy={use.isPending} onRestore={() => void use.mutateAsync(one.version ?? undefined).catch(failed)} />}
          </li>
        ))}
      </Stack>
    </Stack>
  );
}

function Version({ one, open, onOpen }: { one: Template; open: boolean; onOpen: () => void }) {
  return (
    <UnstyledButton className={classes.version} onClick={onOpen} aria-expanded={open}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {t('messages.version', { version: one.version ?? 0 })}
          </Text>
          {one.current && <Badge variant="light">{t('messages.in-use')}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          <When at={one.created_at} />
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {one.subject || one.text}
      </Text>
    </UnstyledButton>
  );
}

type ComparisonProps = { one: Template; template: Template | null; busy: boolean; onRestore: () => void };

function Comparison({ one, template, busy, onRestore }: ComparisonProps) {
  const now = template ?? { subject: '', text: '' };
  const same = now.subject === one.subject && now.text === one.text;
  return (
    <Stack gap="xs" p="sm">
      <Text size="xs" c="dimmed">
        {same ? t('messages.same') : t('messages.compared')}
      </Text>
      {one.subject !== now.subject && <Diff before={now.subject} after={one.subject} label={t('messages.changed-subject')} />}
      <Diff before={now.text} after={one.text} label={t('messages.changed-text')} />
      {!one.current && (
        <Group justify="flex-end">
          <Button loading={busy} onClick={onRestore}>
            {t('messages.restore', { version: one.version ?? 0 })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Reset({ which, onReset }: { which: Which; onReset: () => Promise<unknown> }) {
  const sure = () => ask({ title: t('messages.reset-title'), text: t('messages.reset-text', { locale: which.locale }), confirm: t('messages.reset'), onConfirm: onReset });
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" flex="1 1 220px">
        {t('messages.versions-hint')}
      </Text>
      <Button variant="default" size="xs" onClick={sure}>
        {t('messages.reset-open')}
      </Button>
    </Group>
  );
}

/** Takes a version into use, or with none what Keyhall ships. */
function useTaking(which: Which, onTaken: (template: Template) => void) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: async (version: number | undefined) => {
      if (version !== undefined) return restoreVersion(which, version);
      await resetTemplate(which);
      return queries.fetchQuery({ ...templateQuery(which), staleTime: 0 });
    },
    onSuccess: (taken, version) => {
      queries.setQueryData(templateQuery(which).queryKey, taken);
      void queries.invalidateQueries({ queryKey: messagesQuery(which.slug).queryKey });
      void queries.invalidateQueries({ queryKey: versionsQuery(which).queryKey });
      if (taken) onTaken(taken);
      done(version === undefined ? t('messages.reset-done') : t('messages.restored', { version }));
    },
  });
}
