import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

type EmptyProps = {
  icon: Icon;
  title: string;
  /** It is the whole page, so its title is the page's. */
  page?: boolean;
  /** It stands among other things, and takes less room. */
  small?: boolean;
  children?: ReactNode;
  action?: ReactNode;
};

/** Nothing here: says why, and what will make something appear. */
export function Empty({ icon: Glyph, title, page, small, children, action }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py={small ? 32 : 64} px="md" ta="center">
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
        <Glyph size={28} stroke={1.5} />
      </ThemeIcon>
      <Title order={page ? 1 : 2} size="h2" mt="xs">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" size="sm" maw={420}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}
