import { useAct } from '../lib/act';
import { useHere } from '../lib/here';
import { failed } from './toasts';

/** Does what a dialog asks for. The dialog stays until it is done and says what went wrong; a toast says it once the dialog is gone. */
export function useAsked<V = void>(act: (values: V) => unknown, onClose: () => void) {
  const here = useHere();
  return useAct({
    mutationFn: async (values: V) => {
      await act(values);
    },
    onSuccess: () => {
      if (here.current) onClose();
    },
    onError: (error) => {
      if (!here.current) failed(error);
    },
  });
}
