import { Box, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { mailLookQuery, pageLookQuery, pagesBase } from '../../api/looks';
import { type Brand, paintMail, paintPage } from '../../lib/brand';
import { t } from '../../lib/i18n';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import classes from './looks.module.css';

type Props = { slug: string; brand: Brand; /** The name that is in use now. */ saved: string; from: { name: string; address: string } };

/** A hosted page and a mail in the colours chosen, saved or not. */
export function Looks({ slug, brand, saved, from }: Props) {
  const [side, setSide] = useState('page');
  return (
    <Panel
      title={t('branding.preview')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('branding.side')}
          value={side}
          onChange={setSide}
          data={[
            { value: 'page', label: t('branding.side-page') },
            { value: 'mail', label: t('branding.side-mail') },
          ]}
        />
      }
    >
      {side === 'page' ? <PageLook slug={slug} brand={brand} saved={saved} /> : <MailLook slug={slug} brand={brand} saved={saved} from={from} />}
      {brand.logo && (
        <Text size="xs" c="dimmed">
          {t('branding.logo-framed')}
        </Text>
      )}
    </Panel>
  );
}

function PageLook({ slug, brand, saved }: Omit<Props, 'from'>) {
  const query = useQuery(pageLookQuery(slug));
  const [shown] = useDebouncedValue(brand, 150);
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} title={t('branding.page-trouble')} />;
  if (!query.data) return <Skeleton height={560} />;
  return <iframe className={classes.frame} sandbox="" srcDoc={paintPage(query.data, shown, saved, pagesBase(slug))} title={t('branding.page-frame')} />;
}

function MailLook({ slug, brand, saved, from }: Props) {
  const query = useQuery(mailLookQuery(slug));
  const [shown] = useDebouncedValue(brand, 150);
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={560} />;
  return (
    <Stack gap="xs">
      <Box>
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {query.data.subject.replaceAll(saved, shown.name)}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {from.address ? `${from.name} <${from.address}>` : t('branding.from-platform', { name: from.name })}
        </Text>
      </Box>
      <iframe className={classes.frame} sandbox="" srcDoc={paintMail(query.data.html, shown, saved)} title={t('branding.mail-frame')} />
    </Stack>
  );
}
