import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the pages itself and hands API calls to a running Keyhall.
const keyhall = process.env.KEYHALL_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  build: {
    // The policy forbids inline scripts; files instead of data: URLs keep it that way and cache better.
    assetsInlineLimit: 0,
    // public/.gitkeep is copied along: Go embeds dist and needs it to exist before npm ran.
    emptyOutDir: true,
    rolldownOptions: {
      output: {
        // Files that change at their own pace: React and the router, the kit, ours, and one a room.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
            { name: 'icons', test: /node_modules[\\/]@tabler/, minShareCount: 2 },
            // What only few rooms use of the kit comes with them.
            { name: 'kit', test: /node_modules/, minShareCount: 4 },
            // Other languages stay apart: each is fetched only where it is spoken. What few rooms use of ours comes with them, too.
            { name: 'ours', test: /src[\\/](api|ui|lib[\\/](?!messages[\\/](de|zh)))/, minShareCount: 4 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/admin/v1': { target: keyhall, changeOrigin: true },
    },
  },
  test: {
    css: false,
    testTimeout: 30_000, // a busy machine draws slowly
    projects: [
      { extends: true, test: { name: 'logic', include: ['src/**/*.test.ts'] } },
      { extends: true, test: { name: 'parts', include: ['src/**/*.test.tsx'], environment: 'jsdom', setupFiles: ['src/test/setup.ts'] } },
    ],
  },
});
