/**
 * Where the dashboard shows a user's picture from, given its public address and the tenant's: an upload, by its path on this
 * very host. Undefined for none, and for one that lies elsewhere.
 */
export function pictureOf(avatar: string | null, issuer: string): string | undefined {
  if (!avatar?.startsWith(`${issuer}/pictures/`) || !URL.canParse(avatar)) return undefined;
  return new URL(avatar).pathname;
}
