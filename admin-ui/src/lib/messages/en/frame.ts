/** What stands around the rooms, and the way in. */
export const frame = {
  'frame.skip': 'Skip to the content',
  'frame.menu': 'Open the menu',
  'frame.close-menu': 'Close the menu',
  'frame.navigation': 'Rooms',
  'frame.setup': 'Setup',
  'frame.waiting': { one: '{count} person is waiting', other: '{count} people are waiting' },
  'frame.failures': { one: '{count} delivery failed in the last 24 hours', other: '{count} deliveries failed in the last 24 hours' },

  'where.here': 'You are at',
  'where.tenant': 'Tenant',
  'where.platform': 'Platform',
  'where.yours': 'Your tenants',
  'where.search': 'Find a tenant',
  'where.none': 'No tenant of this name',
  'where.suspended': '{slug} · suspended',
  'where.switch': ', switch tenant',

  'scheme.label': 'Appearance',
  'scheme.light': 'Light',
  'scheme.dark': 'Dark',
  'scheme.auto': 'As the system',

  'language.label': 'Language',

  'palette.title': 'Go to',
  'palette.open': 'Search or go to…',
  'palette.search': 'Page, user, tenant or action',
  'palette.rooms': 'Pages',
  'palette.actions': 'Actions',
  'palette.users': 'Users of {tenant}',
  'palette.tenants': 'Tenants',
  'palette.none': 'There is nothing like it.',
  'palette.scheme': 'Appearance: {name}',
  'palette.language': 'Language: {name}',
  'palette.hint': '↑ ↓ choose · Enter opens · Esc closes',

  'account.operator': 'Operator',
  'account.admin': 'Tenant admin',
  'account.sign-out': 'Sign out',

  'outage.title': 'This page could not be loaded',
  'lost.title': 'There is nothing here',
  'lost.text': 'The address may be mistyped, or what it led to is gone or not yours to see.',
  'lost.home': 'Go to the start',

  'sign-in.title': 'Sign in',
  'sign-in.about': 'For operators and tenant admins.',
  'sign-in.do': 'Sign in',
  'sign-in.ended': 'Your session has ended. Sign in and you are back where you were.',

  'invitation.title': 'Welcome to Keyhall',
  'invitation.about': 'You were invited as an administrator. Choose a password to begin.',
  'invitation.password': 'New password',
  'invitation.password-hint': 'Some words that do not belong together make a good one.',
  'invitation.do': 'Accept the invitation',
  'invitation.sign-in': 'You have an account? Sign in',
} as const;
