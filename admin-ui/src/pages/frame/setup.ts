import { type Icon, IconKey, IconLogin2, IconMessage2, IconPalette, IconRocket, IconUsersGroup, IconWebhook } from '@tabler/icons-react';
import { t } from '../../lib/i18n';

type SetupRoom = { to: `/tenants/$slug/${'start' | 'sign-in' | 'messages' | 'branding' | 'keys' | 'webhooks' | 'team'}`; icon: Icon; title: () => string };

/** The rooms in which a tenant is set up, for the navigation and the palette. Only who may change it is led there. */
export const setupRooms: SetupRoom[] = [
  { to: '/tenants/$slug/start', icon: IconRocket, title: () => t('start.title') },
  { to: '/tenants/$slug/sign-in', icon: IconLogin2, title: () => t('settings.title') },
  { to: '/tenants/$slug/messages', icon: IconMessage2, title: () => t('messages.title') },
  { to: '/tenants/$slug/branding', icon: IconPalette, title: () => t('branding.title') },
  { to: '/tenants/$slug/keys', icon: IconKey, title: () => t('api-keys.room') },
  { to: '/tenants/$slug/webhooks', icon: IconWebhook, title: () => t('webhooks.title') },
  { to: '/tenants/$slug/team', icon: IconUsersGroup, title: () => t('team.title') },
];
