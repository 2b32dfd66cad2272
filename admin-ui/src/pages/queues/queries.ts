import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type State = Schemas['QueueState'];
export type Queue = Schemas['Queue'];
export type Channel = Schemas['ChannelHealth'];
export type Task = Schemas['Task'];

/** Asked again by itself while somebody looks; a hidden page asks nothing. */
export const stateQuery = queryOptions({
  queryKey: ['queues', 'state'],
  queryFn: ({ signal }) => answer(api.GET('/admin/v1/queues', { signal })),
  refetchInterval: 3000,
});

export const failedStates = ['archived', 'retry'] as const;
export type FailedState = (typeof failedStates)[number];

export const tasksQuery = (queue: string, state: FailedState, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['queues', 'tasks', queue, state, cursor],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/queues/{queue}/tasks', { params: { path: { queue }, query: { state, cursor } }, signal })),
  });
