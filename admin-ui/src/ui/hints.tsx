import { Tooltip } from '@mantine/core';
import { useEffect, useId, useState } from 'react';

const delay = 250; // milliseconds; the theme's for tooltips

type Hint = { target: HTMLElement; label: string };

/**
 * Shows what the element under the pointer, in focus or touched says in data-hint. One tooltip serves them all: a list that
 * gives each cell its own spends most of its time on tooltips that nobody opens.
 */
export function Hints() {
  const id = useId();
  const [hint, setHint] = useState<Hint>();
  useEffect(() => watch(setHint), []);
  useEffect(() => {
    if (!hint) return;
    hint.target.setAttribute('aria-describedby', id);
    return () => hint.target.removeAttribute('aria-describedby');
  }, [hint, id]);
  return hint && <Tooltip opened target={hint.target} label={hint.label} id={id} multiline maw={300} />;
}

/** Tells which hint to show, and undefined when there is none any more. */
function watch(tell: (hint: Hint | undefined) => void) {
  const ending = new AbortController();
  let timer: number | undefined;
  let current: HTMLElement | null = null;
  const show = (target: HTMLElement | null, after: number) => {
    if (target === current) return;
    window.clearTimeout(timer);
    current = target;
    tell(undefined);
    if (target) timer = window.setTimeout(() => target.isConnected && tell({ target, label: target.dataset.hint ?? '' }), after);
  };
  const on = (type: keyof DocumentEventMap, handle: (event: Event) => void) => document.addEventListener(type, handle, { signal: ending.signal, capture: true, passive: true });
  on('pointerover', (event) => show(hinting(event), event instanceof PointerEvent && event.pointerType === 'touch' ? 0 : delay));
  on('focusin', (event) => show(hinting(event), delay));
  for (const type of ['focusout', 'scroll', 'click'] as const) on(type, () => show(null, 0));
  on('pointerleave', ({ target }) => target === document.documentElement && show(null, 0));
  on('keydown', (event) => event instanceof KeyboardEvent && event.key === 'Escape' && show(null, 0));
  return () => {
    window.clearTimeout(timer);
    ending.abort();
  };
}

function hinting({ target }: Event): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-hint]') : null;
}
