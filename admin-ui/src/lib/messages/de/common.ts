import type { common as english } from '../en/common';
import type { Translation } from '../translation';

export const common = {
  actions: 'Aktionen',
  and: ' und ',
  cancel: 'Abbrechen',
  confirm: 'Bestätigen',
  close: 'Schließen',
  retry: 'Erneut versuchen',
  undo: 'Rückgängig',

  'copy.do': '{what} kopieren',
  'copy.done': 'Kopiert',
  'search.clear': 'Suche leeren',
  'pager.label': 'Seiten',
  'pager.page': 'Seite {page}',
  'pager.back': 'Zurück',
  'pager.next': 'Weiter',

  'field.name': 'Name',
  'field.first-name': 'Vorname',
  'field.last-name': 'Nachname',
  'field.username': 'Benutzername',
  'field.email': 'E-Mail-Adresse',
  'field.mobile': 'Mobilnummer',
  'field.password': 'Passwort',
  'field.password-show': 'Passwort zeigen oder verbergen',
  'field.slug': 'Kürzel',
  'field.status': 'Status',
  'field.group': 'Gruppe',
  'field.created': 'Angelegt',

  'verified.yes': 'E-Mail-Adresse bestätigt',
  'verified.no': 'E-Mail-Adresse nicht bestätigt',
  'verified.short-yes': 'bestätigt',
  'verified.short-no': 'nicht bestätigt',

  'off-limits.title': 'Nicht Teil Ihrer Rolle',
  'powers.operator': 'Nur Betreiber der Plattform legen Mandanten an.',
  'powers.manage': 'Ihre Rolle in diesem Mandanten erlaubt keine Änderungen an Benutzern und Gruppen.',
  'powers.decide': 'Ihre Rolle in diesem Mandanten erlaubt keine Entscheidungen über Benutzer.',
  'powers.configure': 'Ihre Rolle in diesem Mandanten umfasst seine Einrichtung nicht. Inhaber und Administratoren sehen und ändern sie.',

  'error.request': 'Anfrage-ID',
  'error.unreachable': 'Keyhall ist nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es erneut.',
  'error.server': 'Auf dem Server ging etwas schief. Die Anfrage-ID führt zum Eintrag im Protokoll.',
  'error.unexpected': 'Etwas ging schief.',
  'error.bad_credentials': 'Die E-Mail-Adresse oder das Passwort stimmt nicht.',
  'error.csrf_failed': 'In einem anderen Tab hat sich jemand anders angemeldet. Prüfen Sie, wer Sie sind, und versuchen Sie es noch einmal.',
  'error.not_allowed': 'Das dürfen Sie nicht. Fragen Sie einen Inhaber des Mandanten.',
  'error.not_found': 'Es ist nicht mehr da, oder Sie dürfen es nicht sehen.',
  'error.invitation_invalid': 'Diese Einladung gilt nicht mehr. Bitten Sie um eine neue.',
} as const satisfies Translation<typeof english>;
