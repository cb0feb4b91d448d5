// The gallery: every shown picture beside its reconstruction, its map and its mask, with what became of it.
import { encodeWebp } from '../../tensor/encode.ts';
import type { CategoryEvaluation, HeatScale, Raster, Shot } from '../evaluation.ts';
import { heat, heatPicture, overlay } from '../overlay.ts';
import { type Fate, fateOf } from './fate.ts';
import { type Content, html, type Markup } from './html.ts';
import * as numbers from './numbers.ts';

const inOneWord = (text: string): string => text.replaceAll(' ', '-');

async function image(raster: Raster, alt: string): Promise<Markup> {
  const bytes = await encodeWebp(raster.data, raster.width, raster.height, raster.channels);
  return html`<img src="data:image/webp;base64,${bytes.toString('base64')}" width="${raster.width}" height="${raster.height}" alt="${alt}" decoding="async">`;
}

const tile = (content: Content, name: string): Markup => html`<figure>${content}<figcaption>${name}</figcaption></figure>`;
const none = (why: string, { width, height }: Raster): Markup => html`<div class="none" style="aspect-ratio:${width}/${height}">${why}</div>`;
/** A name that may break behind its separators. */
const breakable = (name: string): Markup[] => name.split(/(?<=[/\\_.-])/).map((part) => html`${part}<wbr>`);

async function entry(category: CategoryEvaluation, shot: Shot, scale: HeatScale, reconstructs: boolean): Promise<Markup> {
  const { name, kind, label, score, pValue, equalisedScore, aupimo, mask, ...judged } = category.pictures[shot.index];
  const fate = fateOf({ label, anomalous: judged.anomalous });
  const [picture, reconstruction, map, over, truth] = await Promise.all([
    image(shot.picture, `Picture ${name}`),
    shot.reconstruction ? image(shot.reconstruction, `What the network makes of ${name}`) : none('none', shot.picture),
    image(heatPicture(shot.map, scale), `Anomaly map of ${name}`),
    image(overlay(shot.picture, shot.map, scale, shot.mask), `Anomaly map over ${name}${shot.mask ? ', true region outlined' : ''}`),
    shot.mask ? image(shot.mask, `True mask of ${name}`) : none(mask === 'none' ? 'nothing marked' : 'no mask known', shot.picture),
  ]);
  const fact = (term: string, value: string) => html`<dt>${term}</dt><dd>${value}</dd>`;
  return html`<article class="shot" data-fate="${inOneWord(fate)}" data-kind="${kind}" data-score="${score}" data-name="${name}">
<div><h4>${breakable(name)}</h4>${fate !== 'undecided' && html`<span class="badge ${inOneWord(fate)}">${fate}</span>`}
<dl>${fact('kind', kind)}${fact('score', numbers.score(score))}${pValue !== null && fact('p-value', numbers.pValue(pValue))}${aupimo !== null && fact('AUPIMO', numbers.metric(aupimo))}${equalisedScore !== null && fact('equalised', numbers.score(equalisedScore))}${fact('size', `${judged.width} × ${judged.height}`)}</dl></div>
<div class="tiles">${tile(picture, 'picture')}${reconstructs && tile(reconstruction, 'reconstruction')}${tile(map, 'map')}${tile(over, 'overlay')}${tile(truth, 'true mask')}</div></article>\n`;
}

/** What the colours of the maps stand for. */
function legend(scale: HeatScale): Markup {
  const stops = Array.from({ length: 11 }, (_, i) => `rgb(${heat(i / 10).join(' ')})`).join(',');
  const middle = scale.threshold === null ? '' : `, pixel threshold ${numbers.tick(scale.threshold)}`;
  return html`<div class="legend"><span>${numbers.tick(scale.low)} or less</span><span class="bar" style="background:linear-gradient(90deg,${stops})" role="img" aria-label="Colours from cold to hot"></span><span>${numbers.tick(scale.high)} or more${middle}. One scale for all maps, from ${scale.basis}. Outlines show the true mask.</span></div>`;
}

/** The gallery of a category, highest score first; nothing where no pictures were kept. */
export async function gallerySection(category: CategoryEvaluation): Promise<Content> {
  const { gallery, heat: scale, pictures, kinds, threshold } = category;
  if (!gallery.length || !scale) return '';
  const sorted = [...gallery].sort((a, b) => pictures[b.index].score - pictures[a.index].score || a.index - b.index);
  const reconstructs = gallery.some((shot) => shot.reconstruction);
  const entries: Markup[] = [];
  for (const shot of sorted) entries.push(await entry(category, shot, scale, reconstructs));

  const fates = sorted.map((shot) => fateOf(pictures[shot.index]));
  const button = (fate: string, text: string) => {
    const fitting = (of: readonly Fate[]) => (fate === 'all' ? of.length : of.filter((f) => f === fate).length);
    const [shown, all] = [fitting(fates), fitting(pictures.map(fateOf))];
    const why = threshold === null && fate !== 'all' ? html` title="No threshold is in force"` : '';
    return html`<button type="button" data-fate="${inOneWord(fate)}" aria-pressed="${fate === 'all' ? 'true' : 'false'}"${shown ? '' : html` disabled`}${why}>${text} (${numbers.count(shown)}${shown < all && ` of ${numbers.count(all)}`})</button>`;
  };
  const present = kinds.filter(({ kind }) => sorted.some((shot) => pictures[shot.index].kind === kind));
  const left = pictures.length - gallery.length;
  return html`<div class="gallery">
<p class="quiet">${
    left > 0
      ? `${numbers.count(gallery.length)} of ${numbers.counted(pictures.length, 'picture')}: ${threshold === null ? '' : 'mistakes first, then '}the highest and lowest scores of each kind. The other ${numbers.count(left)} stand in scores.csv.`
      : `All ${numbers.counted(pictures.length, 'picture')}.`
  }</p>
${legend(scale)}
<div class="controls" hidden><div role="group" aria-label="Show" class="controls" style="margin:0">${button('all', 'All')}${button('missed', 'Missed')}${button('false alarm', 'False alarms')}</div>
<label>Kind <select class="kind"><option value="">all</option>${present.map(({ kind }) => html`<option value="${kind}">${kind}</option>`)}</select></label>
<label>Order <select class="order"><option value="highest">highest score first</option><option value="lowest">lowest score first</option><option value="name">by name</option></select></label>
<span class="said quiet small" aria-live="polite"></span></div>
<div class="shots">${entries}</div><button type="button" class="more" hidden>Show more</button></div>`;
}
