import type { Page } from '@playwright/test';

// Where things are, said shortly.

export const dialog = (page: Page) => page.getByRole('dialog');
export const inDialog = (name: string | RegExp) => (page: Page) => dialog(page).getByRole('button', { name, exact: true }).last();
export const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name, exact: true });
export const item = (name: string | RegExp) => (page: Page) => page.getByRole('menuitem', { name, exact: typeof name === 'string' });
export const labelled = (name: string | RegExp) => (page: Page) => page.getByLabel(name, { exact: true });
/** A field of a dialog, also one with a star behind its name. */
export const field = (name: string) => (page: Page) => dialog(page).last().getByRole('textbox', { name });
/** Clicks one after the other. */
export const click = (...names: (string | RegExp)[]) => async (page: Page) => {
  for (const name of names) await page.getByRole('button', { name, exact: true }).or(page.getByRole('menuitem', { name })).first().click();
};
