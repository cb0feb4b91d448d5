// The report in a real browser: nothing fails, nothing is fetched, filters filter, every picture shows, no text runs over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../../src/evaluation/report.ts';
import { type Browser, chromiumPath, openBrowser } from '../support/browser.ts';
import { madeCategory, madeEvaluation } from '../support/made-evaluation.ts';
import { faintTexts, overflowingTexts, pictures } from '../support/page-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'blemish-report-'));
const long = 'a-very-long-kind-of-defect-whose-name-nobody-broke-up-into-words';
const single = madeCategory({ good: 14, ofEachDefect: 5, size: 48 });
const woven = {
  ...single,
  pictures: single.pictures.map((p) => (p.kind === 'hole' ? { ...p, kind: long, name: `${p.name}/${long}/${long}.png` } : p)),
  kinds: single.kinds.map((k) => (k.kind === 'hole' ? { ...k, kind: long } : k)),
};

let browser: Browser;
/** What went wrong, and what was asked for, since the page was opened. */
const heard: string[] = [];

async function opened(file: string, width: number, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  heard.length = 0;
  const page = await browser.context.newPage();
  page.on('console', (message) => heard.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => request.url().startsWith('data:') || heard.push(`request: ${request.url().split('/').at(-1)}`));
  page.on('requestfailed', (request) => heard.push(`failed: ${request.url().slice(0, 80)}`));
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  return page;
}

const why = chromiumPath ? '' : ' (skipped: no Chromium here; install it or set BLEMISH_CHROMIUM)';
describe.skipIf(!chromiumPath)(`a report in a browser${why}`, { timeout: 120_000 }, () => {
  const [one, several] = [join(folder, 'one'), join(folder, 'several')].map((path) => join(path, 'report.html'));

  beforeAll(async () => {
    const others = ['grained', 'brushed'] as const;
    await writeReport(madeEvaluation([woven]), join(folder, 'one'));
    await writeReport(
      madeEvaluation(others.map((surface, i) => madeCategory({ surface, good: 6, ofEachDefect: 2, size: 32, seed: i, threshold: i ? null : 0.25 }))),
      join(folder, 'several'),
    );
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['one category', one, 14 + 20, 5],
    ['several categories', several, 2 * (6 + 8), 5],
  ] as const)('opens without a complaint, asks for itself alone and shows every picture: %s', async (_, file, entries, tiles) => {
    const page = await opened(file, 1280);
    expect(heard).toEqual(['request: report.html']);
    const masks = await page.locator('.tiles .none').count();
    expect(await page.evaluate(pictures)).toEqual({ count: entries * tiles - masks, bad: 0, unnamed: 0 });
    await page.close();
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
  ] as const)('has no text that runs over or fades at %i pixels by %s', async (width, scheme) => {
    for (const file of [one, several]) {
      const page = await opened(file, width, scheme);
      expect(await page.evaluate(overflowingTexts)).toEqual([]);
      expect(await page.evaluate(faintTexts)).toEqual([]);
      await page.close();
    }
  });

  it('filters, sorts and pages the gallery', async () => {
    const page = await opened(one, 1280);
    const visible = () =>
      page.locator('.shot:visible').evaluateAll((shots) => shots.map((shot) => ({ ...(shot as unknown as { dataset: Record<string, string> }).dataset })));
    const said = page.locator('.said');
    expect(await visible()).toHaveLength(20);
    expect(await said.textContent()).toBe('Showing 20 of 34.');
    const scores = (await visible()).map((shot) => Number(shot.score));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));

    await page.getByRole('button', { name: 'Show 14 more' }).click();
    expect(await visible()).toHaveLength(34);
    expect(await page.locator('.more').isVisible()).toBe(false);

    const missed = woven.pictures.filter((p) => p.label === 1 && p.anomalous === false);
    expect(missed.length).toBeGreaterThan(0);
    await page.getByRole('button', { name: `Missed (${missed.length})` }).click();
    expect((await visible()).map((shot) => shot.name).sort()).toEqual(missed.map((p) => p.name).sort());
    expect(await page.getByRole('button', { name: 'Missed' }).getAttribute('aria-pressed')).toBe('true');

    await page.getByRole('button', { name: 'All' }).click();
    await page.getByRole('combobox', { name: 'Kind' }).selectOption(long);
    expect((await visible()).map((shot) => shot.kind)).toEqual(Array(5).fill(long));
    await page.getByRole('combobox', { name: 'Order' }).selectOption('lowest');
    const lowest = (await visible()).map((shot) => Number(shot.score));
    expect(lowest).toEqual([...lowest].sort((a, b) => a - b));
    await page.getByRole('combobox', { name: 'Order' }).selectOption('name');
    const names = (await visible()).map((shot) => shot.name);
    expect(names).toEqual([...names].sort());

    await page.getByRole('combobox', { name: 'Kind' }).selectOption('good');
    await page.getByRole('button', { name: 'Missed' }).click();
    expect(await visible()).toHaveLength(0);
    expect(await said.textContent()).toBe('No picture fits.');
    expect(heard).toEqual(['request: report.html']);
    await page.close();
  });

  it('keeps the galleries of several categories apart', async () => {
    const page = await opened(several, 1280);
    const galleries = page.locator('.gallery');
    await galleries.nth(0).getByRole('combobox', { name: 'Kind' }).selectOption('good');
    expect(await galleries.nth(0).locator('.shot:visible').count()).toBe(6);
    expect(await galleries.nth(1).locator('.shot:visible').count()).toBe(14);
    // No threshold in force there.
    expect(await galleries.nth(1).getByRole('button', { name: 'Missed' }).isDisabled()).toBe(true);
    await page.close();
  });

  it('goes onto paper', async () => {
    const page = await opened(one, 1000);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.controls').first().isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
    await page.close();
  });
});
