// A headless Chromium, if this machine has one: BLEMISH_CHROMIUM, or where distributions put it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

/** The path of a Chromium, or null where there is none. */
export const chromiumPath: string | null = process.env.BLEMISH_CHROMIUM ?? candidates.find((path) => existsSync(path)) ?? null;

/** Without these it talks to its maker at every start. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Milliseconds that one act in it may take: on a busy machine it stands still for half a minute now and then. */
const patience = 90_000;

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Starts it with an empty profile of its own. */
export async function openBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  const profile = mkdtempSync(join(tmpdir(), 'blemish-chromium-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath!, headless: true, args: flags });
  context.setDefaultTimeout(patience);
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
