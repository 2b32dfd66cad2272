import { Alert, Button, Group, List, Progress, Select, Stack, Text, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { asApiError, describe } from '../../api/errors';
import { groupsQuery, refreshTenant, tenantQuery } from '../../api/queries';
import { useAct } from '../../lib/act';
import { type Guest, guestLine, readGuests } from '../../lib/guests';
import { t } from '../../lib/i18n';
import { type Failure, inTurn } from '../../lib/in-turn';
import { userTypes } from '../../lib/search';
import { DraftModal } from '../../ui/draft-modal';
import { Guarded } from '../../ui/guarded';
import { done } from '../../ui/toasts';

const most = 500;

/** Invites one person or a pasted list. Who could not be invited stays in the list, with the reason. */
export function Invite({ slug, onClose }: { slug: string; onClose: () => void }) {
  const groups = useQuery(groupsQuery(slug));
  const tenant = useQuery(tenantQuery(slug));
  const [text, setText] = useState('');
  const [type, setType] = useState<(typeof userTypes)[number]>('user');
  const [group, setGroup] = useState<string | null>(null);
  const { send, through, failures } = useInvite(slug, { type, group }, (left) => (left.length === 0 ? onClose() : setText(left.map(guestLine).join('\n'))));
  const { guests, unread } = readGuests(text);
  const days = Math.round((tenant.data?.settings.lifetimes.invitation_seconds ?? 14 * day) / day);
  const hindrance = unread.length > 0 ? t('invite.unread', { count: unread.length, what: unread.slice(0, 3).join(', ') }) : guests.length > most ? t('invite.too-many', { n: most }) : undefined;
  return (
    <DraftModal dirty={text.trim() !== '' && failures.length === 0} onClose={onClose} title={t('invite.title')} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate(guests);
        }}
      >
        <Stack>
          <Text size="sm">{t('invite.text', { count: Math.max(days, 1) })}</Text>
          {failures.length > 0 && <Failures failures={failures} />}
          <Textarea
            label={t('invite.people')}
            description={t('invite.people-hint')}
            placeholder={'mia@example.com\nNoah Novak <noah@example.com>'}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={hindrance}
            autosize
            minRows={4}
            maxRows={12}
            spellCheck={false}
            required
            data-autofocus
          />
          <Group grow align="flex-start">
            <Select label={t('user.type')} value={type} allowDeselect={false} onChange={(value) => setType(userTypes.find((known) => known === value) ?? 'user')} data={userTypes.map((value) => ({ value, label: t(`user.type-${value}`) }))} />
            <Select label={t('field.group')} placeholder={t('invite.group-of-type')} clearable value={group} onChange={setGroup} data={groups.data?.map(({ name }) => name) ?? []} />
          </Group>
          {through !== undefined && <Progress value={(through / guests.length) * 100} aria-label={t('bulk.running', { n: through, of: guests.length })} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Guarded type="submit" loading={through !== undefined} because={hindrance ?? (guests.length === 0 ? t('invite.nobody') : undefined)}>
              {t('invite.do', { count: guests.length })}
            </Guarded>
          </Group>
        </Stack>
      </form>
    </DraftModal>
  );
}

const day = 24 * 60 * 60;

function Failures({ failures }: { failures: Failure<Guest>[] }) {
  return (
    <Alert color="red" title={t('invite.failed', { count: failures.length })} role="alert">
      <List size="sm" mah={160} style={{ overflowY: 'auto' }}>
        {failures.map(({ item, error }) => (
          <List.Item key={item.email}>{t('decision.failed', { name: item.email, why: reason(error) })}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** What the server says about the one field is worth more than that a field is wrong. */
function reason(error: unknown): string {
  const known = asApiError(error);
  return known.fields[0]?.message ?? describe(known);
}

function useInvite(slug: string, { type, group }: { type: 'user' | 'coach'; group: string | null }, onDone: (left: Guest[]) => void) {
  const queries = useQueryClient();
  const [through, setThrough] = useState<number>();
  const [failures, setFailures] = useState<Failure<Guest>[]>([]);
  const send = async (guests: Guest[]) => {
    setThrough(0);
    const failed = await inTurn(
      guests,
      (guest) => answer(api.POST('/admin/v1/tenants/{slug}/users', { params: { path: { slug } }, body: { ...guest, user_type: type, invite: true, ...(group ? { group } : {}) } })),
      setThrough,
    );
    setThrough(undefined);
    setFailures(failed);
    void refreshTenant(queries, slug);
    if (failed.length < guests.length) done(t('invite.done', { count: guests.length - failed.length }));
    onDone(failed.map(({ item }) => item));
  };
  return { send: useAct({ mutationFn: send }), through, failures };
}
