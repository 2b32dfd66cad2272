import {
  Alert,
  Badge,
  Button,
  Card,
  Drawer,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Paper,
  Table,
  Tooltip,
} from '@mantine/core';
import { t } from './lib/i18n';

const overlay = { backgroundOpacity: 0.35, blur: 2 };
// A dialog's title bar is no banner of the page.
const attributes = { header: { role: 'none' } };
const title = { fontWeight: 650, fontSize: '1.0625rem' };
const closing = { 'aria-label': t('close') };

const hall: MantineColorsTuple = [
  '#f0f3fb', '#e0e5f5', '#c3cceb', '#a1aede', '#8394d3', '#6d80ca', '#5d71c2', '#475aab', '#3f51a3', '#32428a',
];

const brass: MantineColorsTuple = [
  '#fff6e2', '#ffebc6', '#ffdb98', '#fdc966', '#f5b73c', '#d99a1d', '#a97209', '#855905', '#6c4804', '#523602',
];

/** Mantine's red, but that white can be read on its buttons. */
const red: MantineColorsTuple = [
  '#fff5f5', '#ffe3e3', '#ffc9c9', '#ffa8a8', '#ff8787', '#ff6b6b', '#fa5252', '#cf2f2f', '#b82727', '#a32020',
];

/** A cool slate in place of Mantine's neutral grey: easier on the eye for hours of reading. */
const dark: MantineColorsTuple = [
  '#d5d9e2', '#b7bdcb', '#98a0b2', '#6d768b', '#3d4557', '#2f3646', '#252b38', '#1a1f29', '#151921', '#0f1218',
];

const sans =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif';

export const theme = createTheme({
  colors: { hall, brass, dark, red },
  primaryColor: 'hall',
  primaryShade: 7, // shades below miss 4.5:1 under white text
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: sans,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace',
  headings: { fontFamily: sans, fontWeight: '650', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.3' }, h2: { fontSize: '1.0625rem', lineHeight: '1.4' } } },
  components: {
    Alert: Alert.extend({ defaultProps: { variant: 'light' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'default', radius: 'sm', tt: 'none', fw: 550, w: 'max-content', maw: '24ch' } }),
    Button: Button.extend({ defaultProps: { fw: 550 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg' } }),
    Drawer: Drawer.extend({ defaultProps: { overlayProps: overlay, closeButtonProps: closing, attributes }, styles: { title } }),
    // The placeholder that takes the focus first is no item, and a menu may hold nothing else.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: overlay, closeButtonProps: closing, attributes }, styles: { title } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: closing } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } } }),
  },
});

/** Colours that Mantine's defaults leave below 4.5:1, and the few surfaces of our own. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a6272',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c0262d',
    '--keyhall-canvas': '#f7f8fb',
    '--keyhall-line': '#e4e7ee',
    '--keyhall-hover': '#f4f6fb',
    '--keyhall-active': '#e9edf9',
    '--keyhall-chart-1': '#475aab',
    '--keyhall-chart-2': '#a97209',
    '--keyhall-chart-3': '#16856a',
    '--keyhall-chart-4': '#8a4fb0',
    '--keyhall-chart-5': '#6b7280',
    '--keyhall-chart-bad': '#cf2f2f',
    '--keyhall-gone': '#fde4e4',
    '--keyhall-gone-ink': '#8f1d1d',
    '--keyhall-new': '#d6f3e3',
    '--keyhall-new-ink': '#0b5a35',
  },
  dark: {
    '--mantine-color-dimmed': '#a3abbc',
    '--mantine-color-placeholder': '#8f98aa',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-hall-light': 'rgba(109, 128, 202, 0.24)',
    '--mantine-color-hall-light-hover': 'rgba(109, 128, 202, 0.34)',
    '--mantine-color-hall-light-color': '#c3cceb',
    '--mantine-color-red-light-color': '#ff9d9d',
    '--keyhall-canvas': '#151921',
    '--keyhall-line': '#2c3342',
    '--keyhall-hover': '#202632',
    '--keyhall-active': '#272f44',
    '--keyhall-chart-1': '#8394d3',
    '--keyhall-chart-2': '#e0a93a',
    '--keyhall-chart-3': '#4fc3a1',
    '--keyhall-chart-4': '#c190e0',
    '--keyhall-chart-5': '#98a0b2',
    '--keyhall-chart-bad': '#ff7b7b',
    '--keyhall-gone': '#4a2429',
    '--keyhall-gone-ink': '#ffb8b8',
    '--keyhall-new': '#17402f',
    '--keyhall-new-ink': '#a6ebcb',
  },
});
