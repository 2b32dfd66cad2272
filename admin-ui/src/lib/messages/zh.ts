import { account } from './zh/account';
import { audit } from './zh/audit';
import { branding } from './zh/branding';
import { bulk } from './zh/bulk';
import { common } from './zh/common';
import { frame } from './zh/frame';
import { keys } from './zh/keys';
import { messages as wordings } from './zh/messages';
import { overview } from './zh/overview';
import { people } from './zh/people';
import { platform } from './zh/platform';
import { queues } from './zh/queues';
import { settings } from './zh/settings';
import { social } from './zh/social';
import { start } from './zh/start';
import { team } from './zh/team';
import { user } from './zh/user';
import { users } from './zh/users';
import { webhooks } from './zh/webhooks';

/** The Traditional Chinese catalogue. Fetched only where it is spoken. */
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
