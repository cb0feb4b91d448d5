// What the report says in sentences: verdicts on baselines, thresholds, and what to be careful about.
import { describe, expect, it } from 'vitest';
import type { BaselineRow, CategoryEvaluation } from '../../../src/evaluation/evaluation.ts';
import { baselineRemark, cautions, pictureReadings, pixelReadings, thresholdRemark } from '../../../src/evaluation/report/words.ts';
import { madeCategory } from '../../support/made-evaluation.ts';

const made = madeCategory({ good: 40, ofEachDefect: 10, size: 16 });
const exact = (value: number) => ({ value, low: value - 0.02, high: value + 0.01 });
const category = { ...made, image: { ...made.image, auroc: exact(0.94) } };
const row = (name: string, value: number, verdict: BaselineRow['verdict']): BaselineRow => ({
  key: name,
  name,
  meaning: 'what it is',
  auroc: exact(value),
  inverted: false,
  verdict,
});
const said = (more: Partial<CategoryEvaluation>) => {
  const remark = baselineRemark({ ...category, ...more });
  return remark && `${remark.level}: ${remark.text}`;
};

describe('the verdict on baselines', () => {
  it('is good news where they are far below', () => {
    expect(said({ baselines: [row('contrast', 0.6, 'below'), row('nearest neighbour', 0.71, 'below')] })).toMatchInlineSnapshot(
      `"good: The best score that needs no learning, the nearest neighbour, reaches an image AUROC of 0.710; the detector 0.940."`,
    );
  });

  it('is a warning where one comes near or is better', () => {
    expect(said({ baselines: [row('contrast', 0.6, 'below'), row('nearest neighbour', 0.932, 'near')] })).toMatchInlineSnapshot(
      `"warning: The nearest neighbour (what it is) comes near the detector without learning: AUROC 0.932 against 0.940."`,
    );
    expect(said({ baselines: [row('nearest neighbour', 0.955, 'near')] })).toMatchInlineSnapshot(
      `"warning: The nearest neighbour (what it is) does better without learning (AUROC 0.955) than the detector (0.940): at image level it has not shown that it learnt anything."`,
    );
  });

  it('says that image-level numbers mean little where one separates the set by itself, and by what to judge instead', () => {
    const baselines = [row('mean', 1, 'separates'), row('contrast', 0.97, 'separates'), row('nearest neighbour', 0.9, 'near')];
    expect(said({ baselines, pixel: null })).toMatchInlineSnapshot(
      `"warning: The mean (what it is) alone all but tells good from abnormal here (AUROC 1.000), without learning anything, and so does the contrast. Image-level numbers say little about the detector on this set."`,
    );
    expect(said({ baselines, equalised: { brightness: 0.4, image: { ...made.image, auroc: exact(0.87) }, baselines: [] } })).toMatchInlineSnapshot(
      `"warning: The mean (what it is) alone all but tells good from abnormal here (AUROC 1.000), without learning anything, and so does the contrast. Image-level numbers say little about the detector on this set; judge by the pixel metrics, and by the scores of brightness-equalised pictures (AUROC 0.870)."`,
    );
  });

  it('is none where there is nothing to compare with', () => {
    expect(said({ baselines: [] })).toBeNull();
  });
});

describe('cautions', () => {
  const texts = (more: Partial<CategoryEvaluation>) => cautions({ ...category, failures: [], ...more }).map(({ level, text }) => `${level}: ${text}`);
  const counts = { ...category.counts, good: 40, abnormal: 40, unmasked: 0, unlabelled: 0, unreadable: 0 };

  it('are none where all is well', () => {
    expect(texts({ counts })).toEqual([]);
  });

  it('name everything that makes a number mean less', () => {
    expect(texts({ counts: { ...counts, train: 0, good: 4, unmasked: 1, unlabelled: 2 } })).toMatchInlineSnapshot(`
      [
        "note: Only 4 good pictures: the interval of the image AUROC is 0.030 wide, and smaller differences may be chance.",
        "note: 1 abnormal picture without a usable mask counts at image level and is left out of the pixel metrics.",
        "note: No training pictures are at hand, so scores without learning that need them, such as the nearest neighbour, are left out.",
        "note: 2 pictures without a label were left out.",
      ]
    `);
    expect(texts({ counts: { ...counts, abnormal: 0 }, pixel: null })).toMatchInlineSnapshot(`
      [
        "warning: There are no abnormal pictures: nothing can be said about how well the two are told apart.",
      ]
    `);
    expect(texts({ counts, image: { ...made.image, auroc: { value: 0.55, low: 0.44, high: 0.66 } } })).toMatchInlineSnapshot(`
      [
        "warning: The interval of the image AUROC holds 0.5: the order of the pictures may be chance.",
      ]
    `);
    expect(texts({ counts, image: { ...made.image, auroc: { value: 0.33, low: 0.26, high: 0.41 } } })).toMatchInlineSnapshot(`
      [
        "warning: The image AUROC lies below 0.5: abnormal pictures tend to get the lower scores.",
      ]
    `);
    expect(texts({ counts, pixel: null, failures: [{ name: 'a', what: 'picture', code: 'A', message: 'b' }] })).toMatchInlineSnapshot(`
      [
        "note: No masks are known, so there are no pixel metrics.",
        "warning: 1 picture could not be used and is not counted; see the list of failures.",
      ]
    `);
  });
});

describe('readings', () => {
  it('put the AUROC into words, and leave pixels out where nothing is marked', () => {
    expect(pictureReadings(category)[0].meaning).toContain('the higher score in 94 % of cases');
    expect(pictureReadings({ ...category, image: { auroc: null, ap: null, f1Max: null } })[0].meaning).toBe('Needs good and abnormal pictures.');
    expect(pixelReadings(category).map((r) => r.name)).toEqual(['pixel AUROC', 'pixel average precision', 'pixel best F1', 'AUPRO', 'AUPIMO']);
    expect(pixelReadings({ ...category, pixel: null })).toEqual([]);
  });

  it('count what is strictly above the threshold', () => {
    const pictures = category.pictures.map((p, i) => ({ ...p, score: p.label ? 0.5 + (i % 2) : 0.5, anomalous: p.label === 1 && i % 2 === 1 }));
    expect(thresholdRemark({ ...category, pictures, threshold: 0.5 }).text).toMatchInlineSnapshot(
      `"At the threshold 0.5: 20 of 40 abnormal pictures caught (50 %), 0 of 40 good pictures flagged by mistake (0 %)."`,
    );
  });
});
