import type { Club } from './club';

// Every room there is, for those who look at all of them.

export type Room = {
  name: string;
  address: (club: Club) => string;
  /** Of its pictures' files, where it is not the name. */
  picture?: string;
  /** Pictured on a phone, too. */
  phone?: true;
  /** Shows what the workers count some minutes later, which a picture waits for. */
  counted?: true;
};

/** Of those who are signed in. */
export const rooms: Room[] = [
  { name: 'tenants', address: () => 'tenants' },
  { name: 'deletions', address: () => 'tenants?deletions=true' },
  { name: 'usage of a tenant', address: ({ slug }) => `tenants?usage=${slug}` },
  { name: 'create a tenant', address: () => 'tenants?create=true' },
  { name: 'overview', address: ({ slug }) => `tenants/${slug}/overview`, phone: true },
  { name: 'overview of a quarter', address: ({ slug }) => `tenants/${slug}/overview?days=90` },
  { name: 'overview of two days', address: ({ slug }) => `tenants/${slug}/overview?from=2026-01-01&to=2026-01-02` },
  { name: 'overview of the platform', address: () => 'overview', picture: 'overview-platform', counted: true },
  { name: 'team of the platform', address: () => 'team', picture: 'team-platform' },
  { name: 'invite an operator', address: () => 'team?invite=true' },
  { name: 'queues', address: () => 'queues' },
  { name: 'failed tasks', address: () => 'queues?queue=keyhall' },
  { name: 'users', address: ({ slug }) => `tenants/${slug}/users` },
  { name: 'invitations', address: ({ slug }) => `tenants/${slug}/invitations` },
  { name: 'invite to join', address: ({ slug }) => `tenants/${slug}/invitations?invite=true` },
  { name: 'invite people', address: ({ slug }) => `tenants/${slug}/users?invite=true` },
  { name: 'import users', address: ({ slug }) => `tenants/${slug}/users?import=true` },
  { name: 'nobody found', address: ({ slug }) => `tenants/${slug}/users?q=nobody-has-this-name` },
  { name: 'user', address: ({ slug, coach }) => `tenants/${slug}/users/${coach}` },
  { name: 'approvals', address: ({ slug }) => `tenants/${slug}/approvals`, phone: true },
  { name: 'all applicants', address: ({ slug }) => `tenants/${slug}/approvals?tab=all` },
  { name: 'applicant', address: ({ slug, applicant }) => `tenants/${slug}/approvals?open=${applicant}` },
  { name: 'groups', address: ({ slug }) => `tenants/${slug}/groups` },
  { name: 'managers of a group', address: ({ slug }) => `tenants/${slug}/groups?managers=2` },
  { name: 'a new group', address: ({ slug }) => `tenants/${slug}/groups?edit=new` },
  { name: 'deliveries', address: ({ slug }) => `tenants/${slug}/deliveries` },
  { name: 'audit', address: ({ slug }) => `tenants/${slug}/audit` },
  { name: 'audit of the platform', address: () => 'audit' },
  { name: 'keys', address: ({ slug }) => `tenants/${slug}/keys` },
  { name: 'a new key', address: ({ slug }) => `tenants/${slug}/keys?make=key` },
  { name: 'a new domain', address: ({ slug }) => `tenants/${slug}/keys?make=domain` },
  { name: 'webhooks', address: ({ slug }) => `tenants/${slug}/webhooks` },
  { name: 'a new endpoint', address: ({ slug }) => `tenants/${slug}/webhooks?make=true` },
  { name: 'webhook', address: ({ slug, endpoint }) => `tenants/${slug}/webhooks/${endpoint}` },
  { name: 'messages', address: ({ slug }) => `tenants/${slug}/messages` },
  { name: 'message', address: ({ slug }) => `tenants/${slug}/messages/email/verify_email/en` },
  { name: 'text message', address: ({ slug }) => `tenants/${slug}/messages/sms/otp/en` },
  { name: 'sign-in settings', address: ({ slug }) => `tenants/${slug}/sign-in` },
  { name: 'contracts', address: ({ slug }) => `tenants/${slug}/sign-in?tab=contracts` },
  { name: 'social sign-in', address: ({ slug }) => `tenants/${slug}/sign-in?tab=social` },
  { name: 'a provider', address: ({ slug }) => `tenants/${slug}/sign-in?tab=social&provider=apple` },
  { name: 'lifetimes', address: ({ slug }) => `tenants/${slug}/sign-in?tab=lifetimes` },
  { name: 'addresses', address: ({ slug }) => `tenants/${slug}/sign-in?tab=addresses` },
  { name: 'sending', address: ({ slug }) => `tenants/${slug}/sign-in?tab=sending` },
  { name: 'branding', address: ({ slug }) => `tenants/${slug}/branding` },
  { name: 'get started', address: ({ slug }) => `tenants/${slug}/start`, picture: 'start' },
  { name: 'team', address: ({ slug }) => `tenants/${slug}/team` },
  { name: 'invite an admin', address: ({ slug }) => `tenants/${slug}/team?invite=true` },
  { name: 'my account', address: () => 'account', picture: 'account' },
  { name: 'nowhere', address: () => 'no/such/room' },
];

/** Of those who are not. */
export const doors: Room[] = [
  { name: 'sign-in', address: () => 'sign-in' },
  { name: 'invitation', address: () => 'invitation#token=anything' },
];

/** The rooms of a tenant. */
export const tenantRooms = rooms.filter(({ address }) => address({ slug: 'any', coach: 1, applicant: 2, endpoint: '3' }).startsWith('tenants/any/'));

/** The rooms of those who run the platform. */
export const platformRooms = rooms.filter(({ name }) => ['overview of the platform', 'team of the platform', 'invite an operator', 'queues', 'failed tasks', 'audit of the platform'].includes(name));

/** What a room's picture in a dress is called, where there is one. */
export function picture({ name, picture = name.replaceAll(' ', '-'), phone }: Room, dress: string): string | undefined {
  if (dress === 'light') return picture;
  return dress === 'dark' || (dress === 'phone' && phone) ? `${picture}-${dress}` : undefined;
}

/** The page in docs/screenshots that shows the pictures. */
export function gallery(): string {
  const line = (room: Room) => {
    const [light = '', dark = '', phone] = ['light', 'dark', 'phone'].map((dress) => picture(room, dress)).filter((name) => name !== undefined);
    const also = phone ? `, [on a phone](${phone}.png)` : '';
    return `| ${room.name}${also} | ![${room.name}](${light}.png) | ![${room.name}, dark](${dark}.png) |`;
  };
  return `# Every room of the dashboard

Taken by \`make screenshots\`, which writes this page, too.

| | light | dark |
|---|---|---|
${[...doors, ...rooms].map(line).join('\n')}
`;
}
