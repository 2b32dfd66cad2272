import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { closeSession } from '../../api/session';
import { failed } from '../../ui/toasts';

export function useSignOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await closeSession();
    } catch (error) {
      return failed(error);
    }
    await navigate({ to: '/sign-in' });
    queries.clear();
  };
}
