// The written report: three files, the same bytes every time, no name that becomes markup or a formula, a bounded size.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CategoryEvaluation, Evaluation } from '../../src/evaluation/evaluation.ts';
import { reportJson, scoresCsv, writeOverview, writeReport } from '../../src/evaluation/report.ts';
import { madeCategory, madeEvaluation } from '../support/made-evaluation.ts';

const folder = mkdtempSync(join(tmpdir(), 'blemish-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function written(evaluation: Evaluation, name: string): Promise<string> {
  const { html } = await writeReport(evaluation, join(folder, name));
  return readFileSync(html, 'utf8');
}

const small = madeCategory({ good: 6, ofEachDefect: 2, size: 32 });
const text = (page: string): string =>
  page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');

describe('a report', () => {
  it('is three files in a folder that it makes', async () => {
    const paths = await writeReport(madeEvaluation([small]), join(folder, 'a', 'b'));
    expect(Object.values(paths).map((path) => path.slice(folder.length))).toEqual(['/a/b/report.html', '/a/b/report.json', '/a/b/scores.csv']);
    const json = JSON.parse(readFileSync(paths.json, 'utf8'));
    expect(json.categories[0].image).toEqual(small.image);
    expect(json.categories[0].pictures).toEqual(small.pictures);
    expect(json.categories[0].gallery).toEqual(small.pictures.map((p) => p.name));
    expect(readFileSync(paths.csv, 'utf8').split('\r\n').slice(0, 2)).toEqual([
      'category,name,kind,label,score,pValue,threshold,anomalous,fate,equalisedScore,aupimo,width,height,mask',
      `woven,woven/test/good/000.png,good,0,${small.pictures[0].score},${small.pictures[0].pValue},0.25,${small.pictures[0].anomalous},passed,,,128,128,none`,
    ]);
  });

  it('is the same text for the same evaluation', async () => {
    const first = await written(madeEvaluation([small]), 'first');
    expect(await written(madeEvaluation([madeCategory({ good: 6, ofEachDefect: 2, size: 32 })]), 'second')).toBe(first);
  });

  it('asks for nothing outside itself', async () => {
    const page = await written(madeEvaluation([small]), 'offline');
    expect(page).toContain(`default-src 'none'; img-src data:`);
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address.slice(0, 16));
    expect(addresses.length).toBeGreaterThan(30);
    expect(addresses.filter((address) => !/^(#|data:)/.test(address))).toEqual([]);
    expect(page.replace(/<[^>]*(xmlns)="[^"]*"/g, '')).not.toMatch(/https?:\/\/|url\((?!#)/);
  });

  it('says what was measured, in numbers and in words', async () => {
    const said = text(await written(madeEvaluation([small]), 'words'));
    expect(said).toContain('14 pictures judged: 6 good, 8 abnormal, 8 of them with a mask; in 11 s.');
    expect(said).toContain('At the threshold 0.25: 6 of 8 abnormal pictures caught (75 %), 0 of 6 good pictures flagged by mistake (0 %).');
    expect(said).toContain('The best score that needs no learning, the nearest neighbour, reaches an image AUROC of 0.702');
    expect(said).toContain('Only 6 good pictures: the interval of the image AUROC is');
    expect(said).toContain('AUPRO 0.943 0.929 – 0.953');
    expect(said).toContain("Command blemish evaluate 'woven.blemish' parts --report out --seed 7");
    expect(said).toContain('PICTURE_INVALID');
  });

  it('shows nothing as decided where no threshold is in force', async () => {
    const page = await written(madeEvaluation([madeCategory({ good: 3, ofEachDefect: 1, size: 24, threshold: null })]), 'undecided');
    expect(text(page)).toContain('No threshold is in force');
    expect(page).toMatch(/data-fate="missed" aria-pressed="false" disabled title="No threshold is in force"/);
    expect(page).not.toContain('class="badge');
  });

  it('bears a set in which nothing is abnormal', async () => {
    const none = { auroc: null, ap: null, f1Max: null };
    const pictures = small.pictures.filter((p) => !p.label);
    const only = {
      ...small,
      pictures,
      image: none,
      pixel: null,
      baselines: [],
      kinds: small.kinds.slice(0, 1),
      counts: { ...small.counts, abnormal: 0, masked: 0 },
      curves: { roc: null, precisionRecall: null, pixelRoc: null, pro: null },
      gallery: small.gallery.slice(0, pictures.length),
    };
    const page = await written(madeEvaluation([only]), 'only good');
    expect(text(page)).toContain('There are no abnormal pictures: nothing can be said about how well the two are told apart.');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('tells categories apart, and gives their mean', async () => {
    const categories = [small, madeCategory({ surface: 'grained', good: 3, ofEachDefect: 1, size: 24, seed: 2 })];
    const page = await written(madeEvaluation(categories), 'several');
    expect(text(page)).toMatch(/mean \d\.\d{3}/);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('over several leads to each of them, whatever they are called', async () => {
    const categories = [small, { ...small, name: 'a/b #1' }];
    const { html, csv } = await writeOverview(madeEvaluation(categories), join(folder, 'over'), ['woven', 'a_b #1']);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<a href="woven/report.html">woven</a>');
    expect(page).toContain('<a href="a_b%20%231/report.html">a/b #1</a>');
    expect(text(page)).toMatch(/mean \d\.\d{3}/);
    expect(readFileSync(csv, 'utf8').trim().split('\r\n')).toHaveLength(1 + 2 * small.pictures.length);
  });
});

describe('what comes from outside', () => {
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  const poisoned: CategoryEvaluation = {
    ...small,
    name: evil,
    pictures: small.pictures.map((p, i) => ({ ...p, name: i ? p.name : `=HYPERLINK("x")${evil}`, kind: p.label ? evil : 'good' })),
    kinds: small.kinds.map((k) => (k.label ? { ...k, kind: evil } : k)),
    baselines: small.baselines.map((b) => ({ ...b, name: evil, meaning: evil })),
    failures: [{ name: evil, what: 'picture', code: evil, message: evil }],
  };
  const made = madeEvaluation([poisoned]);
  const evaluation: Evaluation = {
    ...made,
    detector: { ...made.detector, method: evil, hyper: { [evil]: evil }, facts: { [evil]: evil } },
    provenance: { ...made.provenance, command: evil, root: evil, layout: evil, model: evil, versions: { [evil]: evil }, machine: { [evil]: evil }, date: evil },
  };

  it('becomes no markup', async () => {
    const page = await written(evaluation, 'evil');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
    // The page has one script, its own.
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.split('&lt;script&gt;alert(1)&lt;/script&gt;').length).toBeGreaterThan(20);
  });

  it('becomes no formula', () => {
    const line = scoresCsv(evaluation).split('\r\n')[1];
    expect(line.startsWith(`"${evil.replaceAll('"', '""')}","'=HYPERLINK(""x"")`)).toBe(true);
  });

  it('stays what it is in JSON', () => {
    expect(JSON.parse(reportJson(evaluation)).categories[0].pictures[0].name).toBe(`=HYPERLINK("x")${evil}`);
  });
});

describe('five hundred pictures', () => {
  it('stay below 15 MB, the gallery at 200 of them', { timeout: 120_000 }, async () => {
    // Every picture different, of the size that thumbnails have.
    const shown = madeCategory({ good: 8, ofEachDefect: 3, size: 160 });
    const many = Array.from({ length: 500 }, (_, i) => shown.pictures[i % shown.pictures.length]);
    const gallery = Array.from({ length: 200 }, (_, i) => ({ ...shown.gallery[i % shown.gallery.length], index: i }));
    const page = await written(madeEvaluation([{ ...shown, pictures: many, gallery }]), 'many');
    expect(page.length).toBeLessThan(15e6);
    expect(text(page)).toContain('200 of 500 pictures: mistakes first, then the highest and lowest scores of each kind. The other 300 stand in scores.csv.');
  });
});
