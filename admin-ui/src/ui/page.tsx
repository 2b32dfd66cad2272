import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page.module.css';

type PageProps = {
  title: string;
  /** The tenant, or the platform: ends up in the browser's tab and history. */
  where: string;
  about?: ReactNode;
  /** What stands above the title, such as the way back. */
  above?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
};

/** Every room's outline: title, one sentence on what it is for, actions, content. */
export function Page({ title, where, about, above, actions, children }: PageProps) {
  return (
    <Stack gap="lg" maw={1240} mx="auto">
      <title>{`${title} · ${where} · Keyhall`}</title>
      <Group justify="space-between" align="flex-end" gap="md">
        <Stack gap={4} maw="100%">
          {above}
          <Title order={1} lts="-0.015em">
            {title}
          </Title>
          {about && (
            <Text component="div" c="dimmed" size="sm" maw={640}>
              {about}
            </Text>
          )}
        </Stack>
        {actions && <div className={classes.actions}>{actions}</div>}
      </Group>
      {children}
    </Stack>
  );
}
