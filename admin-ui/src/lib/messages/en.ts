import { account } from './en/account';
import { audit } from './en/audit';
import { branding } from './en/branding';
import { bulk } from './en/bulk';
import { common } from './en/common';
import { frame } from './en/frame';
import { keys } from './en/keys';
import { messages as wordings } from './en/messages';
import { overview } from './en/overview';
import { people } from './en/people';
import { platform } from './en/platform';
import { queues } from './en/queues';
import { settings } from './en/settings';
import { social } from './en/social';
import { start } from './en/start';
import { team } from './en/team';
import { user } from './en/user';
import { users } from './en/users';
import { webhooks } from './en/webhooks';

/** The English catalogue. Its keys are the ones other languages have to offer. */
export const en = {
  ...account,
  ...audit,
  ...branding,
  ...bulk,
  ...common,
  ...frame,
  ...keys,
  ...wordings,
  ...overview,
  ...people,
  ...platform,
  ...queues,
  ...settings,
  ...social,
  ...start,
  ...team,
  ...user,
  ...users,
  ...webhooks,
} as const;
