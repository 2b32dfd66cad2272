import { Container, Stack } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { IconCompass } from '@tabler/icons-react';
import { asApiError } from '../../api/errors';
import { t } from '../../lib/i18n';
import { Empty } from '../../ui/empty';
import { ButtonLink } from '../../ui/link';
import { Problem } from '../../ui/problem';

/** A room that could not be opened. */
export function Broken({ error }: { error: unknown }) {
  const router = useRouter();
  if (asApiError(error).status === 404) return <Lost />;
  return (
    <Container size="xs" py="xl">
      <Problem title={t('outage.title')} error={error} onRetry={() => void router.invalidate()} />
    </Container>
  );
}

/** An address that leads nowhere, or to what is not one's own; the server does not tell which. */
export function Lost() {
  return (
    <Stack align="center">
      <title>{`${t('lost.title')} · Keyhall`}</title>
      <Empty
        page
        icon={IconCompass}
        title={t('lost.title')}
        action={
          <ButtonLink to="/" variant="light" mt="sm">
            {t('lost.home')}
          </ButtonLink>
        }
      >
        {t('lost.text')}
      </Empty>
    </Stack>
  );
}
