import { defineConfig } from '@playwright/test';
import { chromium } from './e2e/browser';
import { keyhall } from './e2e/env';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/.results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: `${keyhall}/admin/`,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    trace: process.env.TRACE === '1' ? 'retain-on-failure' : 'off', // it makes each step slower
    launchOptions: {
      executablePath: await chromium(),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
