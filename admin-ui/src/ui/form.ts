import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { asApiError, forForm } from '../api/errors';
import { useHere } from '../lib/here';
import { failed } from './toasts';

/**
 * Puts what the server said about fields at the fields of a form; what is left to be said above
 * the form is `problem`. A form that was closed before the answer came says it in a toast.
 */
export function useFaults<V extends Record<string, unknown>>(form: UseFormReturnType<V>) {
  const [problem, setProblem] = useState<unknown>();
  const here = useHere();
  const show = (error: unknown) => {
    if (!here.current) return failed(error);
    const { fields, rest } = forForm(asApiError(error), Object.keys(form.getValues()));
    form.setErrors(fields);
    setProblem(rest ? error : undefined);
    const [first] = Object.keys(fields);
    if (first !== undefined) form.getInputNode(first)?.focus();
  };
  return { problem, show, clear: () => setProblem(undefined) };
}
