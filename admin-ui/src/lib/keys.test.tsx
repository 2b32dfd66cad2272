import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { useKeys } from './keys';

function Room({ a, enabled = true }: { a: () => void; enabled?: boolean }) {
  useKeys({ a }, enabled);
  return (
    <>
      <input aria-label="text" />
      <input aria-label="tick" type="checkbox" />
      <button type="button">press</button>
    </>
  );
}

it('hears a key anywhere but where somebody types', async () => {
  const a = vi.fn();
  const user = userEvent.setup();
  render(<Room a={a} />);
  await user.keyboard('a');
  await user.click(screen.getByLabelText('tick'));
  await user.keyboard('a');
  await user.click(screen.getByText('press'));
  await user.keyboard('a');
  expect(a).toHaveBeenCalledTimes(3);
  await user.type(screen.getByLabelText('text'), 'aaa');
  expect(a).toHaveBeenCalledTimes(3);
});

it('leaves the browser its own keys, and rests when told to', async () => {
  const a = vi.fn();
  const user = userEvent.setup();
  const { rerender } = render(<Room a={a} />);
  await user.keyboard('{Control>}a{/Control}{Meta>}a{/Meta}{Alt>}a{/Alt}');
  rerender(<Room a={a} enabled={false} />);
  await user.keyboard('a');
  expect(a).not.toHaveBeenCalled();
});
