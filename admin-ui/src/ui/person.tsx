import { Avatar, Box, Group, Text } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import classes from './person.module.css';

type PersonProps = { name: string; detail?: ReactNode; square?: boolean; /** The name as it should be shown, such as a link. */ children?: ReactNode };

/** Initials, name, and one line more. */
export function Person({ name, detail, square, children }: PersonProps) {
  return (
    <Group gap="sm" wrap="nowrap" miw={0}>
      <Initials name={name} square={square} />
      <Box miw={0}>
        <Text component="div" size="sm" truncate>
          {children ?? name}
        </Text>
        {detail && (
          <Text component="div" size="xs" c="dimmed" truncate>
            {detail}
          </Text>
        )}
      </Box>
    </Group>
  );
}

type InitialsProps = { name: string; size?: number; square?: boolean; /** A picture to show instead, and what it is. */ src?: string; alt?: string };

/** A coloured disc with up to two letters; the same name always gets the same hue. */
export function Initials({ name, size = 34, square = false, src, alt }: InitialsProps) {
  const hash = [...name].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
  const hue = { '--hue': (hash % 12) * 30 } as CSSProperties;
  return (
    <Avatar size={size} radius={square ? 'sm' : size} classNames={{ placeholder: classes.initials }} style={hue} src={src} alt={alt} aria-hidden={src ? undefined : true}>
      {initials(name)}
    </Avatar>
  );
}

export function initials(name: string): string {
  const words = name.split(/[\s._@-]+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}
