import type { user as english } from '../en/user';
import type { Translation } from '../translation';

export const user = {
  'picture.of': 'Bild von {name}',
  'picture.none': 'Kein Bild.',
  'picture.elsewhere': 'Das Bild liegt anderswo und wird nicht geladen, damit dort niemand erfährt, wer hinsieht:',
  'picture.address': 'Adresse des Bildes',
  'picture.remove': 'Bild entfernen',
  'picture.remove-title': 'Das Bild von {name} entfernen?',
  'picture.remove-text': 'Niemand sieht es mehr, unter keiner Adresse. Der Benutzer kann ein anderes hochladen.',
  'picture.removed': 'Das Bild von {name} ist entfernt.',

  'connections.title': 'Konten anderswo',
  'connections.empty': 'Meldet sich mit keinem Konto von anderswo an.',
  'connections.no-email': 'keine E-Mail-Adresse',
  'connections.since': 'verbunden',
  'connections.end': 'Trennen',
  'connections.end-title': '{name} von {provider} trennen?',
  'connections.end-text': 'Eine Anmeldung mit {provider} öffnet dieses Konto nicht mehr. Sitzungen laufen weiter, bis sie beendet werden.',
  'connections.ended': '{name} ist von {provider} getrennt.',
  'connections.last': 'Es gibt kein Passwort und kein anderes Konto zum Anmelden: Ohne dieses käme der Benutzer nicht mehr hinein.',

  'history.title': 'Was geschah',
  'history.all': 'Alles über diesen Benutzer',
  'history.empty': 'Noch nichts.',
} as const satisfies Translation<typeof english>;
