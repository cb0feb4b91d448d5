// The tables of the report: metrics with their intervals, baselines, kinds, categories, failures.
import type { BaselineRow, CategoryEvaluation, Estimate, Evaluation, EvaluationFailure } from '../evaluation.ts';
import { type Content, html, type Markup } from './html.ts';
import * as numbers from './numbers.ts';
import { pictureReadings, pixelReadings, type Reading, strongest } from './words.ts';

/** A value between 0 and 1 as a mark on a line, its interval as a band; the numbers stand beside it. */
function range(estimate: Estimate | null): Content {
  if (!estimate) return '';
  const at = (x: number) => `${(100 * Math.min(1, Math.max(0, x))).toFixed(1)}%`;
  const { value, low, high } = estimate;
  const band = low === null || high === null ? '' : html`<i style="left:${at(low)};width:${at(high - low)}"></i>`;
  return html`<span class="range" aria-hidden="true">${band}<b style="left:${at(value)}"></b></span>`;
}

const head = (columns: readonly (readonly [text: string, number?: boolean])[]): Markup =>
  html`<thead><tr>${columns.map(([text, number]) => html`<th scope="col"${number ? html` class="number"` : ''}>${text}</th>`)}</tr></thead>`;

/** A table that scrolls by itself where the screen is too narrow for it. */
const scrolling = (label: string, table: Markup): Markup => html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;

const number = (text: string): Markup => html`<td class="number">${text}</td>`;
const estimated = (estimate: Estimate | null): Markup[] => [
  number(numbers.metric(estimate?.value ?? null)),
  number(numbers.interval(estimate?.low ?? null, estimate?.high ?? null)),
];

const readingRow = ({ name, estimate, meaning }: Reading): Markup =>
  html`<tr><th scope="row">${name}</th>${estimated(estimate)}<td class="mark">${range(estimate)}</td><td class="wide">${meaning}</td></tr>`;

/** Every metric of a category. */
export function metricsTable(category: CategoryEvaluation, level: number): Markup {
  const { equalised } = category;
  const rows = [
    ...pictureReadings(category).map(readingRow),
    ...(equalised
      ? [
          readingRow({
            name: 'image AUROC, brightness equalised',
            estimate: equalised.image.auroc,
            meaning: `Every picture was first made as bright, on average, as the training pictures (mean grey ${numbers.metric(equalised.brightness)}), so that brightness alone gives nothing away.`,
          }),
        ]
      : []),
    ...pixelReadings(category).map(readingRow),
  ];
  return scrolling(
    'Metrics',
    html`<table class="stack">
<caption>All numbers are of raw scores; 1 is perfect. The interval is what resampling these pictures gives in ${numbers.percent(level)} of cases.</caption>
${head([['metric'], ['value', true], [`${numbers.percent(level)} interval`, true], ['0 to 1'], ['how to read it']])}<tbody>${rows}</tbody></table>`,
  );
}

const verdicts: Record<BaselineRow['verdict'], string> = { separates: 'separates the set alone', near: 'comes near or is better', below: 'clearly below' };

/** The detector beside scores that need no learning; a second pair of columns where brightness was equalised. */
export function baselinesTable(category: CategoryEvaluation): Content {
  const { baselines, equalised, image } = category;
  if (!baselines.length) return '';
  const again = (name: string) => equalised?.baselines.find((row) => row.name === name)?.auroc ?? null;
  const columns: [string, boolean?][] = [['score'], ['image AUROC', true], ['interval', true], ['0 to 1'], ['against the detector'], ['what it is']];
  if (equalised) columns.splice(4, 0, ['brightness equalised', true]);
  const rows = baselines.map(
    (row) =>
      html`<tr><th scope="row">${row.name}</th>${estimated(row.auroc)}<td class="mark">${range(row.auroc)}</td>${equalised && number(numbers.metric(again(row.name)?.value ?? null))}<td class="line${row.verdict !== 'below' && ' worry'}">${verdicts[row.verdict]}</td><td class="wide">${row.meaning}${row.inverted && ', smaller meaning abnormal'}</td></tr>`,
  );
  return scrolling(
    'Baselines',
    html`<table class="stack">${head(columns)}<tbody><tr class="strong"><th scope="row">the detector</th>${estimated(image.auroc)}<td class="mark">${range(image.auroc)}</td>${equalised && number(numbers.metric(equalised.image.auroc?.value ?? null))}<td></td><td></td></tr>${rows}</tbody></table>`,
  );
}

/** A row for every kind: how well it is told from the good pictures, how much of it is flagged. */
export function kindsTable({ kinds, threshold }: CategoryEvaluation): Markup {
  const columns: [string, boolean?][] = [
    ['kind'],
    ['pictures', true],
    ['with mask', true],
    ['AUROC against good', true],
    ['interval', true],
    ['median score', true],
  ];
  const found = kinds.some((row) => row.aupimo !== null);
  if (found) columns.push(['AUPIMO', true]);
  if (threshold !== null) columns.push(['flagged', true]);
  const rows = kinds.map(
    (row) =>
      html`<tr><th scope="row">${row.kind}</th>${number(numbers.count(row.pictures))}${number(row.label ? numbers.count(row.masked) : '–')}${estimated(row.auroc)}${number(numbers.score(row.medianScore))}${found && number(numbers.metric(row.aupimo))}${
        row.flagged !== null && number(`${numbers.count(row.flagged)} (${numbers.percent(row.flagged, row.pictures)})`)
      }</tr>`,
  );
  return scrolling('Kinds', html`<table>${head(columns)}<tbody>${rows}</tbody></table>`);
}

/** All categories at a glance, with the mean below. */
export function categoriesTable({ categories, mean }: Evaluation, hrefOf: (index: number) => string): Content {
  if (!mean) return '';
  const columns: [string, boolean?][] = [['category'], ['good', true], ['abnormal', true]];
  for (const name of ['image AUROC', 'image AP', 'image F1', 'pixel AUROC', 'pixel AP', 'AUPRO', 'AUPIMO', 'best without learning']) columns.push([name, true]);
  const cells = (values: readonly (number | null | undefined)[]) => values.map((value) => number(numbers.metric(value ?? null)));
  const rows = categories.map(({ name, counts, image, pixel, baselines }, i) => {
    const best = baselines.length ? strongest(baselines) : null;
    const warning = best && best.verdict !== 'below' && (best.verdict === 'separates' ? ', separates' : ', near');
    const all = [image.auroc, image.ap, image.f1Max, pixel?.auroc, pixel?.ap, pixel?.aupro, pixel?.aupimo].map((e) => e?.value);
    return html`<tr><th scope="row"><a href="${hrefOf(i)}">${name}</a></th>${number(numbers.count(counts.good))}${number(numbers.count(counts.abnormal))}${cells(all)}<td class="number">${numbers.metric(best?.auroc.value ?? null)}${warning}</td></tr>`;
  });
  const { image, pixel } = mean;
  const last = cells([image.auroc, image.ap, image.f1Max, pixel?.auroc, pixel?.ap, pixel?.aupro, pixel?.aupimo]);
  return scrolling(
    'Categories',
    html`<table>${head(columns)}<tbody>${rows}<tr class="strong"><th scope="row">mean</th><td></td><td></td>${last}<td></td></tr></tbody></table>`,
  );
}

/** What could not be used, and why. */
export function failuresTable(failures: readonly EvaluationFailure[], limit = 100): Markup {
  const rows = failures
    .slice(0, limit)
    .map((f) => html`<tr><th scope="row">${f.name}</th><td>${f.what}</td><td><code>${f.code}</code></td><td class="wide">${f.message}</td></tr>`);
  const rest = failures.length > limit && html`<p class="quiet small">${numbers.count(failures.length - limit)} more stand in report.json.</p>`;
  return html`${scrolling('Failures', html`<table class="stack">${head([['name'], ['what'], ['code'], ['what is wrong']])}<tbody>${rows}</tbody></table>`)}${rest}`;
}
