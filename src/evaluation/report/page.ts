// The page of the report, put together: one HTML file that asks for nothing else.
import { createHash } from 'node:crypto';
import type { CategoryEvaluation, Evaluation } from '../evaluation.ts';
import type { Draw, PlotOption } from '../plots.ts';
import * as charts from './charts.ts';
import { gallerySection } from './gallery.ts';
import { type Content, html, type Markup, markup } from './html.ts';
import * as numbers from './numbers.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { baselinesTable, categoriesTable, failuresTable, kindsTable, metricsTable } from './tables.ts';
import { baselineRemark, cautions, type Remark, thresholdRemark } from './words.ts';

/** The limit of false alarms up to which AUPRO is taken. */
export const proLimit = 0.3;

const remarkView = ({ level, text }: Remark): Markup => html`<p class="remark ${level}">${level === 'warning' && html`<b>Take care. </b>`}${text}</p>`;

/** A heading; sections of one category among several stand a step lower. */
const heading = (depth: number, text: string, id: string): Markup => markup(html`<h0 id="${id}">${text}</h0>`.text.replace(/h0\b/g, `h${depth}`));

function heroes(category: CategoryEvaluation, level: number): Markup {
  const { image, equalised, pixel, pictures, threshold, counts } = category;
  const estimate = (name: string, of: CategoryEvaluation['image']['auroc'] | undefined) =>
    of &&
    html`<dl class="hero"><dt>${name}</dt><dd>${numbers.metric(of.value)}</dd><dd>${of.low === null ? 'no interval' : `${numbers.percent(level)}: ${numbers.interval(of.low, of.high)}`}</dd></dl>`;
  const flagged = (label: 0 | 1) => pictures.filter((p) => p.label === label && p.anomalous).length;
  const share = (name: string, part: number, whole: number) =>
    whole > 0 && html`<dl class="hero"><dt>${name}</dt><dd>${numbers.percent(part, whole)}</dd><dd>${numbers.count(part)} of ${numbers.count(whole)}</dd></dl>`;
  return html`<div class="heroes">${estimate('Image AUROC', image.auroc)}${estimate('Image AUROC, equalised', equalised?.image.auroc)}${estimate('Pixel AUROC', pixel?.auroc)}${estimate('AUPRO', pixel?.aupro)}${
    threshold !== null && [share('Abnormal caught', flagged(1), counts.abnormal), share('False alarms', flagged(0), counts.good)]
  }</div>`;
}

/** Hands out plots with ids of their own. */
function plotter(draw: Draw, prefix: string) {
  let next = 0;
  return (title: string, note: Content, option: PlotOption): Markup => {
    const svg = markup(draw(option, { ...charts.plotSize, id: `${prefix}-plot-${next++}`, label: title }));
    return html`<figure><figcaption><b>${title}</b>${note}</figcaption>${svg}</figure>`;
  };
}

async function categorySections(category: CategoryEvaluation, evaluation: Evaluation, draw: Draw, prefix: string, depth: number): Promise<Markup> {
  const { level } = evaluation.provenance;
  const { curves, pictures, threshold, kinds, counts, failures } = category;
  const plot = plotter(draw, prefix);
  const point = threshold === null ? '' : html`<span class="key"></span>the threshold in force`;
  const plots = [
    pictures.length > 0 && plot('Scores', 'Good and abnormal pictures, each class as shares of its own.', charts.histogram(pictures, threshold)),
    pictures.length > 0 && plot('Scores by kind', 'A dot is a picture.', charts.strip(pictures, kinds, threshold)),
    pictures.length > 0 && plot('If the threshold were elsewhere', 'Shares of each class strictly above it.', charts.sweep(pictures, threshold)),
    curves.roc && plot('ROC', point, charts.roc(curves.roc, curves.pixelRoc, pictures, threshold)),
    curves.precisionRecall && plot('Precision and recall', point, charts.precisionRecall(curves.precisionRecall, pictures, threshold)),
    curves.pro &&
      plot('PRO', `Coverage of the marked regions; the shaded area is AUPRO, up to ${numbers.percent(proLimit)}.`, charts.pro(curves.pro, proLimit)),
  ];
  const remarks = [thresholdRemark(category), baselineRemark(category), ...cautions(category)].filter((remark) => remark !== null);
  const gallery = await gallerySection(category);
  return html`${heading(depth, 'Summary', `${prefix}-summary`)}
<p>${numbers.counted(pictures.length, 'picture')} judged: ${numbers.count(counts.good)} good, ${numbers.count(counts.abnormal)} abnormal${counts.abnormal > 0 && `, ${numbers.count(counts.masked)} of them with a mask`}; in ${numbers.duration(category.seconds)}.</p>
${heroes(category, level)}${remarks.map(remarkView)}
${heading(depth, 'Metrics', `${prefix}-metrics`)}${metricsTable(category, level)}
${category.baselines.length > 0 && [heading(depth, 'Compared with no learning at all', `${prefix}-baselines`), baselinesTable(category)]}
${heading(depth, 'Scores and curves', `${prefix}-curves`)}<div class="plots">${plots}</div>
${heading(depth, 'Kinds', `${prefix}-kinds`)}${kindsTable(category)}
${gallery && [heading(depth, 'Pictures', `${prefix}-pictures`), gallery]}
${failures.length > 0 && [heading(depth, 'What could not be used', `${prefix}-failures`), failuresTable(failures)]}`;
}

function trainingSection({ detector }: Evaluation, draw: Draw): Content {
  const { training } = detector;
  if (!training) return '';
  const { history, validation, monitors, failures } = training;
  const plot = plotter(draw, 'training');
  const told = [
    `${numbers.count(training.steps)} steps`,
    numbers.counted(training.images, 'picture'),
    numbers.duration(training.seconds),
    `seed ${training.seed}`,
  ].join(', ');
  const plots = [
    history.length > 1 && plot('Loss', 'What was minimised, and its terms.', charts.losses(history)),
    monitors.length > 1 && plot('Watched', 'What the method watched besides, and did not minimise.', charts.monitors(monitors)),
    validation.length > 0 && plot('Validation', 'On normal pictures held back, with made defects; never on test pictures.', charts.validation(validation)),
    history.length > 1 && plot('Learning rate', 'What the schedule makes of it.', charts.rates(history)),
  ];
  return html`<section><h2 id="training">Training</h2><p>${told}.</p><div class="plots">${plots}</div>${
    failures.length > 0 && [html`<h3>Pictures that training left out</h3>`, failuresTable(failures.map((f) => ({ ...f, what: 'picture' as const })))]
  }</section>`;
}

function provenanceSection({ detector, provenance, categories, seconds }: Evaluation): Markup {
  const facts: [string, Content][] = [];
  const add = (name: string, value: Content) => value !== null && value !== '' && facts.push([name, value]);
  const listed = (record: Readonly<Record<string, unknown>>) =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ');
  add('Command', provenance.command && html`<code>${provenance.command}</code>`);
  add('Date', provenance.date);
  add('Model', provenance.model && html`<code>${provenance.model}</code>`);
  add('Method', detector.method);
  add(
    'Hyper-parameters',
    Object.entries(detector.hyper).map(([name, value], i) => html`${i > 0 && ', '}${name}\u202f=\u202f${String(value)}`),
  );
  add('Network input', detector.input);
  for (const [name, value] of Object.entries(detector.facts)) add(name, value);
  add('Data', provenance.root && html`<code>${provenance.root}</code>${provenance.layout && ` (${provenance.layout})`}`);
  add(
    'Pictures',
    categories
      .map(
        ({ name, counts }) =>
          `${name}: ${numbers.count(counts.train)} to learn from, ${numbers.count(counts.good)} good and ${numbers.count(counts.abnormal)} abnormal to judge by`,
      )
      .join('; '),
  );
  add('Seed', String(provenance.seed));
  add('Intervals', `${numbers.percent(provenance.level)}, from ${numbers.count(provenance.resamples)} resamples of the pictures`);
  add('Duration', numbers.duration(seconds));
  add('Machine', listed(provenance.machine));
  add('Versions', listed(provenance.versions));
  return html`<section><h2 id="provenance">Where this comes from</h2><dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

/** The whole page; the same evaluation gives the same text. */
export async function page(evaluation: Evaluation, draw: Draw): Promise<string> {
  const { categories, detector, provenance, mean } = evaluation;
  const several = mean !== null;
  const idOf = (index: number) => (several ? `category-${index + 1}` : 'set');
  const bodies: Markup[] = [];
  for (const [i, category] of categories.entries()) {
    const sections = await categorySections(category, evaluation, draw, idOf(i), several ? 3 : 2);
    bodies.push(
      several ? html`<section class="category"><h2 id="${idOf(i)}">${category.name}</h2>${sections}</section>` : html`<section>${sections}</section>`,
    );
  }
  const training = trainingSection(evaluation, draw);
  const subject = several ? numbers.counted(categories.length, 'category', 'categories') : categories[0].name;
  const title = `${detector.method} on ${subject}`;
  const first = categories[0];
  const links: (readonly [string, string])[] = several
    ? [['#overview', 'Overview'], ...categories.map(({ name }, i) => [`#${idOf(i)}`, name] as const)]
    : [
        ['#set-metrics', 'Metrics'],
        ...(first.baselines.length ? [['#set-baselines', 'Compared with no learning'] as const] : []),
        ['#set-curves', 'Scores and curves'],
        ['#set-kinds', 'Kinds'],
        ...(first.gallery.length ? [['#set-pictures', 'Pictures'] as const] : []),
        ...(first.failures.length ? [['#set-failures', 'What could not be used'] as const] : []),
      ];
  if (training) links.push(['#training', 'Training']);
  links.push(['#provenance', 'Where this comes from']);

  return documentOf(
    title,
    provenance.date,
    links,
    html`${several && html`<section><h2 id="overview">Overview</h2>${categoriesTable(evaluation, (i) => `#${idOf(i)}`)}</section>`}
${bodies}${training}${provenanceSection(evaluation)}`,
  );
}

/** The page over several reports, each of a model and a category of its own: their numbers, their mean, and the way to them. */
export function overviewPage(evaluation: Evaluation, hrefOf: (index: number) => string): string {
  const { categories, detector, provenance } = evaluation;
  const title = `${detector.method} on ${numbers.counted(categories.length, 'category', 'categories')}`;
  const links = categories.map(({ name }, i) => [hrefOf(i), name] as const);
  return documentOf(title, provenance.date, links, html`<section><h2 id="overview">Overview</h2>${categoriesTable(evaluation, hrefOf)}</section>`);
}

/** @param links where to go, as fragments of this page or as addresses, and what they are called */
function documentOf(title: string, date: string | null, links: readonly (readonly [string, string])[], main: Markup): string {
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${markup(policy)}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="blemish"><link rel="icon" href="data:,">
<title>${title}</title><style>${markup(style)}</style></head><body>
<header><h1>${title}</h1><p class="quiet">Anomaly detection report${date && `, ${numbers.moment(date)}`}</p>
<nav aria-label="Sections">${links.map(([href, text]) => html`<a href="${href}">${text}</a>`)}</nav></header>
<main>${main}</main>
<footer>All numbers also stand in report.json, the score of every picture in scores.csv.</footer>
<script>${markup(script)}</script></body></html>
`;
  return document.text;
}
