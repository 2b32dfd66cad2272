import { useMutation, type UseMutationOptions } from '@tanstack/react-query';
import { useRef } from 'react';

/**
 * A mutation that is not begun again while it runs: a click too many is no second wish, and comes before the button is drawn as
 * busy. What is asked again afterwards is waited for where it has gone well; that it has not is told at once.
 */
export function useAct<D, V = void, C = unknown>({ onSettled, ...options }: UseMutationOptions<D, Error, V, C>) {
  const mutation = useMutation({
    ...options,
    onSettled: (...settled) => {
      const after = onSettled?.(...settled);
      return settled[1] ? undefined : after;
    },
  });
  const running = useRef<Promise<D>>(undefined);
  const { mutateAsync } = mutation;
  const begin = (values: V) => {
    running.current ??= mutateAsync(values).finally(() => (running.current = undefined));
    return running.current;
  };
  // What went wrong is told by `onError`, or by who waits for the promise.
  return { ...mutation, mutateAsync: begin, mutate: (values: V) => void begin(values).catch(() => undefined) };
}
