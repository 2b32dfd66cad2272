import { defineConfig } from '@playwright/test';
import base from '../playwright.config';

// By `make seed-large` alone: it needs a Keyhall with very many tenants and users, and measures.
export default defineConfig({ ...base, testDir: '.', outputDir: '../e2e/.results', workers: 1, timeout: 1_200_000 });
