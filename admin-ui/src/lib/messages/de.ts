import { account } from './de/account';
import { audit } from './de/audit';
import { branding } from './de/branding';
import { bulk } from './de/bulk';
import { common } from './de/common';
import { frame } from './de/frame';
import { keys } from './de/keys';
import { messages as wordings } from './de/messages';
import { overview } from './de/overview';
import { people } from './de/people';
import { platform } from './de/platform';
import { queues } from './de/queues';
import { settings } from './de/settings';
import { social } from './de/social';
import { start } from './de/start';
import { team } from './de/team';
import { user } from './de/user';
import { users } from './de/users';
import { webhooks } from './de/webhooks';

/** The German catalogue. Fetched only where it is spoken. */
export const messages = {
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
};
