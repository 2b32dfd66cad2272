/** Passkeys of this browser (WebAuthn level 3). The server's options and the browser's answers pass through as they are. */
import { answer, api } from './client';
import { ApiError } from './errors';
import type { components } from './schema';
import { remember } from './session';

type Schemas = components['schemas'];
type Ceremony = Schemas['PasskeyCeremony'];
export type Answer = Schemas['PasskeyAnswer'];

/** Whether this browser can be asked at all. */
export function passkeysWork(): boolean {
  return window.isSecureContext && typeof PublicKeyCredential === 'function' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
}

/** Has the browser make a passkey, and keeps it under a name. */
export async function addPasskey(name: string, password: string): Promise<Schemas['PasskeyAdded']> {
  const { attempt, options } = await answer(api.POST('/admin/v1/me/second-factor/passkey', { body: { password } }));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON);
  const credential = await shown(navigator.credentials.create({ publicKey }));
  return answer(api.POST('/admin/v1/me/passkeys', { body: { name, attempt, credential } }));
}

/** Begins to sign in: after a right password, or with a passkey alone. */
export function askForPasskey(known: Schemas['PasskeyRequest']): Promise<Ceremony> {
  return answer(api.POST('/admin/v1/auth/passkey', { body: known }));
}

export async function enterByPasskey(asked: Ceremony) {
  return remember(await answer(api.POST('/admin/v1/auth/session/passkey', { body: await answered(asked) })));
}

/** Proof that it is still the same person, where both factors are asked for. */
export async function proveByPasskey(): Promise<Answer> {
  return answered(await answer(api.POST('/admin/v1/me/second-factor/challenge')));
}

async function answered({ attempt, options }: Ceremony): Promise<Answer> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
  return { attempt, credential: await shown(navigator.credentials.get({ publicKey })) };
}

/** What the browser answers, or why it does not: its own words are for nobody. */
async function shown(asked: Promise<Credential | null>): Promise<Record<string, unknown>> {
  try {
    const credential = await asked;
    if (credential instanceof PublicKeyCredential) return { ...credential.toJSON() };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'InvalidStateError') throw new ApiError(0, 'passkey_exists', '');
    if (name === 'SecurityError') throw new ApiError(0, 'passkey_elsewhere', '');
  }
  throw new ApiError(0, 'passkey_cancelled', '');
}
