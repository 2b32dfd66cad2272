import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconRefresh, IconSignature } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import { Copyable } from '../../ui/copy';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { List } from '../../ui/list';
import { Section } from '../../ui/section';
import { Status } from '../../ui/status';
import { done } from '../../ui/toasts';
import { When } from '../../ui/when';
import { type SigningKey, signingKeysQuery } from './queries';

export function SigningKeys({ slug, issuer }: { slug: string; issuer: string | undefined }) {
  const query = useQuery(signingKeysQuery(slug));
  const rotate = useRotate(slug);
  const sure = () => ask({ title: t('signing.rotate-title'), text: t('signing.rotate-text'), confirm: t('signing.rotate'), onConfirm: () => rotate.mutateAsync(), tone: 'hall' });
  return (
    <Section
      title={t('signing.title')}
      about={
        <>
          {t('signing.about')} {issuer && <Copyable value={jwks(issuer)} what={t('signing.jwks')} />}
        </>
      }
      actions={
        <Button variant="default" leftSection={<IconRefresh size={16} />} loading={rotate.isPending} onClick={sure}>
          {t('signing.rotate-open')}
        </Button>
      }
    >
      <List
        expects={2}
        query={query}
        label={t('signing.title')}
        columns={[kid, state, alg, created, retired]}
        rowKey={({ kid }) => kid}
        empty={
          <Empty small icon={IconSignature} title={t('signing.empty')}>
            {t('signing.empty-hint')}
          </Empty>
        }
      />
    </Section>
  );
}

/** Where the public keys are, for who checks tokens. */
export function jwks(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
}

const kid: Column<SigningKey> = { key: 'kid', header: t('signing.kid'), phone: 'title', grow: true, cell: ({ kid }) => <Copyable value={kid} what={t('signing.kid')} /> };

const state: Column<SigningKey> = {
  key: 'state',
  header: t('field.status'),
  phone: 'aside',
  narrow: true,
  cell: ({ state }) => (state === 'active' ? <Status tone="good">{t('signing.active')}</Status> : <Status tone="off">{t('signing.retired')}</Status>),
};

const alg: Column<SigningKey> = { key: 'alg', header: t('signing.alg'), phone: 'meta', narrow: true, cell: ({ alg }) => alg };

const created: Column<SigningKey> = { key: 'created', header: t('field.created'), phone: 'meta', narrow: true, cell: ({ created_at }) => <When at={created_at} /> };

const retired: Column<SigningKey> = { key: 'retired', header: t('signing.retired-at'), phone: 'hidden', narrow: true, cell: ({ retired_at }) => <When at={retired_at} /> };

function useRotate(slug: string) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/signing-keys/rotate', { params: { path: { slug } } })),
    onSuccess: (keys) => {
      queries.setQueryData(signingKeysQuery(slug).queryKey, keys);
      done(t('signing.rotated'));
    },
  });
}
