/** A user's page: picture, accounts elsewhere, what happened. */
export const user = {
  'picture.of': 'Picture of {name}',
  'picture.none': 'No picture.',
  'picture.elsewhere': 'The picture lies elsewhere and is not fetched, so that nobody there learns who looks:',
  'picture.address': 'Address of the picture',
  'picture.remove': 'Remove picture',
  'picture.remove-title': 'Remove the picture of {name}?',
  'picture.remove-text': 'Nobody sees it any more, at no address. The user can upload another one.',
  'picture.removed': 'The picture of {name} is removed.',

  'connections.title': 'Accounts elsewhere',
  'connections.empty': 'Signs in with no account elsewhere.',
  'connections.no-email': 'no e-mail address',
  'connections.since': 'connected',
  'connections.end': 'Disconnect',
  'connections.end-title': 'Disconnect {name} from {provider}?',
  'connections.end-text': 'Signing in with {provider} opens this account no more. Sessions go on until they are ended.',
  'connections.ended': '{name} is disconnected from {provider}.',
  'connections.last': 'There is no password and no other account to sign in with: without this one the user could not get in any more.',

  'history.title': 'What happened',
  'history.all': 'All about this user',
  'history.empty': 'Nothing yet.',
} as const;
