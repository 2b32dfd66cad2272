import { expect, test, toast, unique } from './keyhall';
import { elsewhere } from './elsewhere';

test('a picture is seen, and removed for everybody', async ({ page, tenant, request }) => {
  const mia = await tenant.signUp('mia');
  const uploaded = await request.put(`/t/${tenant.slug}/v1/me/picture`, {
    headers: { Authorization: `Bearer ${mia.token}` },
    multipart: { file: { name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(dot, 'base64') } },
  });
  expect(uploaded.status()).toBe(200);
  await expect.poll(async () => ((await tenant.call('GET', `/users/${mia.id}`)) as { avatar: string | null }).avatar).not.toBeNull();

  await page.goto(`tenants/${tenant.slug}/users/${mia.id}`);
  const picture = page.getByRole('img', { name: 'Picture of mia' });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const address = (await picture.getAttribute('src')) ?? '';

  await page.getByRole('button', { name: 'Remove picture' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the picture of mia?' });
  await expect(dialog).toContainText('Nobody sees it any more');
  await dialog.getByRole('button', { name: 'Remove picture' }).click();
  await expect(toast(page, 'The picture of mia is removed.')).toBeVisible();
  await expect(page.getByText('No picture.')).toBeVisible();
  await expect(picture).toBeHidden();
  expect((await request.get(address, { headers: { 'Cache-Control': 'no-cache' } })).status()).toBe(404);
});

test('accounts elsewhere are shown and disconnected, but not the last way in', async ({ page, tenant, request }) => {
  const google = await elsewhere({ id: unique('person'), email: 'vera@gmail.example', first: 'Vera' });
  await tenant.call('PUT', '/social/google', google.app);
  const signedIn = await request.post(`/t/${tenant.slug}/v1/sign-in/social`, { data: { provider: 'google', access_token: 'hers' } });
  expect(signedIn.status()).toBe(200);
  const { user, access_token } = (await signedIn.json()) as { user: { id: number }; access_token: string };

  await page.goto(`tenants/${tenant.slug}/users/${user.id}`);
  const connections = page.getByRole('region', { name: 'Accounts elsewhere' });
  await expect(connections.getByRole('listitem')).toContainText('Google');
  await expect(connections.getByRole('listitem')).toContainText('vera@gmail.example');
  const disconnect = connections.getByRole('button', { name: 'Disconnect' });
  await expect(disconnect).toHaveAttribute('aria-disabled', 'true');
  await disconnect.hover();
  await expect(page.getByRole('tooltip')).toContainText('without this one the user could not get in any more');

  // Another account of hers, and the first one can go.
  await google.know('other', { id: unique('person'), email: 'vera@work.example', first: 'Vera' });
  const connected = await request.post(`/t/${tenant.slug}/v1/me/social`, { headers: { Authorization: `Bearer ${access_token}` }, data: { provider: 'google', access_token: 'other' } });
  expect(connected.status()).toBe(200);
  await page.reload();
  await expect(connections.getByRole('listitem')).toHaveCount(2);
  await disconnect.first().click();
  const dialog = page.getByRole('dialog', { name: /^Disconnect Vera.* from Google\?$/ });
  await expect(dialog).toContainText('Sessions go on until they are ended.');
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await expect(toast(page, 'is disconnected from Google.')).toBeVisible();
  await expect(connections.getByRole('listitem')).toHaveCount(1);
  await expect(connections).toContainText('vera@work.example');
  await expect(page.getByRole('region', { name: 'What happened' })).toContainText('disconnected an account elsewhere');
  google.close();
});

test('what happened to a user stands on the page, and leads to the whole trail', async ({ page, tenant }) => {
  const id = await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await tenant.user('noah');
  await tenant.call('PATCH', `/users/${id}`, { active: false });
  await page.goto(`tenants/${tenant.slug}/users/${id}`);
  const history = page.getByRole('region', { name: 'What happened' });
  await expect(history.getByRole('listitem').first()).toContainText('disabled a user');
  await expect(history.getByRole('listitem').last()).toContainText('created a user');

  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(history.getByRole('listitem').first()).toContainText('enabled a user');
  await expect(history.getByRole('listitem')).toHaveCount(3);

  await history.getByRole('link', { name: 'disabled a user' }).click();
  await expect(page.getByRole('dialog', { name: 'Entry' })).toContainText('disabled a user');
  await page.goBack();
  await history.getByRole('link', { name: 'All about this user' }).click();
  await expect(page).toHaveURL(new RegExp(`/audit\\?user=${id}$`));
  await expect(page.getByRole('row')).toHaveCount(4);
});

/** A picture of one dot. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
