import { Box, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { LanguageSwitch } from '../../ui/language-switch';
import { Logo } from '../../ui/logo';
import { SchemeSwitch } from '../../ui/scheme-switch';
import classes from './lobby.module.css';

/** Where one stands before being let in. */
export function Lobby({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <Center component="main" className={classes.lobby} p="md">
      <title>{`${title} · Keyhall`}</title>
      <Stack w="100%" maw={400} gap="xl">
        <Center>
          <Logo size={36} />
        </Center>
        <Paper p={{ base: 'lg', xs: 'xl' }} radius="lg" className={classes.door}>
          <Stack gap="lg">
            <Box>
              <Title order={1} lts="-0.015em">
                {title}
              </Title>
              <Text c="dimmed" size="sm" mt={4}>
                {about}
              </Text>
            </Box>
            {children}
          </Stack>
        </Paper>
        <Stack align="center" gap="xs">
          <Box w={260}>
            <LanguageSwitch />
          </Box>
          <Box w={140}>
            <SchemeSwitch />
          </Box>
        </Stack>
      </Stack>
    </Center>
  );
}
