import type { frame as english } from '../en/frame';
import type { Translation } from '../translation';

export const frame = {
  'frame.skip': 'Zum Inhalt springen',
  'frame.menu': 'Menü öffnen',
  'frame.close-menu': 'Menü schließen',
  'frame.navigation': 'Räume',
  'frame.setup': 'Einrichtung',
  'frame.waiting': { one: '{count} Person wartet', other: '{count} Personen warten' },
  'frame.failures': { one: '{count} Zustellung ist in den letzten 24 Stunden gescheitert', other: '{count} Zustellungen sind in den letzten 24 Stunden gescheitert' },

  'where.here': 'Sie sind hier',
  'where.tenant': 'Mandant',
  'where.platform': 'Plattform',
  'where.yours': 'Ihre Mandanten',
  'where.search': 'Mandanten suchen',
  'where.none': 'Kein Mandant dieses Namens',
  'where.suspended': '{slug} · gesperrt',
  'where.switch': ', Mandanten wechseln',

  'scheme.label': 'Darstellung',
  'scheme.light': 'Hell',
  'scheme.dark': 'Dunkel',
  'scheme.auto': 'Wie das System',

  'language.label': 'Sprache',

  'palette.title': 'Gehe zu',
  'palette.open': 'Suchen oder gehe zu …',
  'palette.search': 'Seite, Benutzer, Mandant oder Aktion',
  'palette.rooms': 'Seiten',
  'palette.actions': 'Aktionen',
  'palette.users': 'Benutzer in {tenant}',
  'palette.tenants': 'Mandanten',
  'palette.invite': 'Benutzer einladen',
  'palette.import': 'Benutzer importieren',
  'palette.none': 'Dazu gibt es nichts.',
  'palette.scheme': 'Darstellung: {name}',
  'palette.language': 'Sprache: {name}',
  'palette.hint': '↑ ↓ wählen · Enter öffnet · Esc schließt',

  'account.operator': 'Betreiber',
  'account.admin': 'Mandanten-Admin',
  'account.sign-out': 'Abmelden',

  'outage.title': 'Diese Seite konnte nicht geladen werden',
  'lost.title': 'Hier ist nichts',
  'lost.text': 'Vielleicht ist die Adresse vertippt, oder das Ziel ist weg oder nicht für Sie bestimmt.',
  'lost.home': 'Zum Anfang',

  'sign-in.title': 'Anmelden',
  'sign-in.about': 'Für Betreiber und Mandanten-Admins.',
  'sign-in.do': 'Anmelden',
  'sign-in.ended': 'Ihre Sitzung ist zu Ende. Melden Sie sich an, und Sie sind wieder da, wo Sie waren.',

  'invitation.title': 'Willkommen bei Keyhall',
  'invitation.about': 'Sie wurden als Administrator eingeladen. Wählen Sie zu Beginn ein Passwort.',
  'invitation.password': 'Neues Passwort',
  'invitation.password-hint': 'Ein paar Wörter, die nicht zusammengehören, ergeben ein gutes.',
  'invitation.do': 'Einladung annehmen',
  'invitation.sign-in': 'Sie haben ein Konto? Anmelden',
} as const satisfies Translation<typeof english>;
