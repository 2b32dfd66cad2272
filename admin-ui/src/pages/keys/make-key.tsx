import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { IconEyeOff } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { Snippet } from '../../ui/snippet';
import { type Key, type KeyKind, keysQuery, type NewKey } from './queries';

type Values = { kind: KeyKind; name: string };
type Props = { slug: string; /** The key that the new one is to replace. */ old: Key | undefined; onClose: () => void };

/** Makes a key, then shows it for the only time: it stays until somebody says that it is stored. */
export function MakeKey({ slug, old, onClose }: Props) {
  const form = useForm<Values>({ mode: 'controlled', initialValues: { kind: old?.kind ?? 'secret', name: old?.name ?? '' } });
  const faults = useFaults(form);
  const make = useMake(slug, faults);
  if (make.data) return <Made slug={slug} made={make.data} replaced={old !== undefined} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={old ? t('api-keys.replace-title', { name: old.name }) : t('api-keys.make-title')}>
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          {old ? (
            <Text size="sm">{t('api-keys.replace-text')}</Text>
          ) : (
            <Radio.Group {...form.getInputProps('kind')} label={t('api-keys.kind')}>
              <Stack gap="xs" mt={6}>
                <Radio value="secret" label={t('api-keys.secret')} description={t('api-keys.secret-hint')} />
                <Radio value="publishable" label={t('api-keys.publishable')} description={t('api-keys.publishable-hint')} />
              </Stack>
            </Radio.Group>
          )}
          <TextInput {...form.getInputProps('name')} label={t('field.name')} description={t('api-keys.name-hint')} maxLength={100} required data-autofocus />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {t('api-keys.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

type MadeProps = { slug: string; made: NewKey; replaced: boolean; onClose: () => void };

function Made({ slug, made, replaced, onClose }: MadeProps) {
  const secret = made.kind === 'secret';
  const users = `${window.location.origin}/admin/v1/tenants/${slug}/users`;
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} title={t('api-keys.made-title', { name: made.name })} size="lg">
      <Stack>
        <Alert color="yellow" icon={<IconEyeOff size={20} />}>
          {secret ? t('api-keys.once-secret') : t('api-keys.once')}
        </Alert>
        <Snippet code={made.key} what={t('api-keys.the-key')} />
        <Stack gap={6}>
          <Text size="sm">{secret ? t('api-keys.try') : t('api-keys.send-publishable')}</Text>
          <Snippet
            code={secret ? `curl ${users} \\\n  -H 'Authorization: Bearer ${made.key}'` : `X-Keyhall-Key: ${made.key}`}
            what={t('api-keys.the-example')}
          />
        </Stack>
        {replaced && <Text size="sm">{t('api-keys.then-delete')}</Text>}
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t('api-keys.stored')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useMake(slug: string, faults: ReturnType<typeof useFaults>) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: (body: Values) => answer(api.POST('/admin/v1/tenants/{slug}/keys', { params: { path: { slug } }, body })),
    gcTime: 0, // a secret is not kept longer than it is shown
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => void queries.invalidateQueries({ queryKey: keysQuery(slug).queryKey }),
  });
}
