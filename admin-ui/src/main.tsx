// In a layer of its own, so that ours goes before the kit's wherever it is in the page.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { locale } from './lib/i18n';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
document.documentElement.lang = locale;
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
