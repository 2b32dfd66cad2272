import { Avatar } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import classes from './person.module.css';

type PersonProps = { name: string; detail?: ReactNode; square?: boolean; /** The name as it should be shown, such as a link. */ children?: ReactNode };

/** Initials, name, and one line more. */
export function Person({ name, detail, square, children }: PersonProps) {
  return (
    <div className={classes.person}>
      <Initials name={name} square={square} />
      <div className={classes.names}>
        <div className={classes.name}>{children ?? name}</div>
        {detail && <div className={classes.detail}>{detail}</div>}
      </div>
    </div>
  );
}

type InitialsProps = { name: string; size?: number; square?: boolean; /** A picture to show instead, and what it is. */ src?: string; alt?: string };

/** A coloured disc with up to two letters; the same name always gets the same hue. */
export function Initials({ name, size = 34, square = false, src, alt }: InitialsProps) {
  const hash = [...name].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
  const look = { '--hue': (hash % 12) * 30, '--size': `${size}px` } as CSSProperties;
  const letters = (
    <span className={classes.initials} data-square={square || undefined} style={look} aria-hidden>
      {initials(name)}
    </span>
  );
  if (!src) return letters;
  return (
    <Avatar size={size} radius={square ? 'sm' : size} src={src} alt={alt} styles={{ placeholder: { border: 0 } }}>
      {letters}
    </Avatar>
  );
}

export function initials(name: string): string {
  const words = name.split(/[\s._@-]+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}
