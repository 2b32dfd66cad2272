import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium to run: the one that CHROME_PATH names, else an installed one, else the one npm has. */
export async function chromium(): Promise<string> {
  return process.env.CHROME_PATH ?? usual.find((path) => existsSync(path)) ?? (await fromNpm());
}

async function fromNpm(): Promise<string> {
  const folder = fileURLToPath(new URL('browser/', import.meta.url));
  const entry = new URL('browser/node_modules/@sparticuz/chromium/build/esm/index.js', import.meta.url);
  if (!existsSync(entry)) execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  const { default: packaged } = (await import(entry.href)) as { default: { executablePath(): Promise<string> } };
  return packaged.executablePath();
}
