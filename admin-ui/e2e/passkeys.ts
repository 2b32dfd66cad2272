import type { CDPSession, Page } from '@playwright/test';

export type Device = { cdp: CDPSession; id: string };

/** A phone with passkeys in it, for one page: the browser asks nobody. */
export async function device(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return { cdp, id: authenticatorId };
}

/** Whether the person in front of it is who he should be. */
export async function verified({ cdp, id }: Device, isUserVerified: boolean) {
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified });
}
