// The contact sheet: every shown picture beside its reconstruction, the map of errors and the true mask.
import { Canvas, greyPicture, heat, heatPicture, type Ink } from './canvas.ts';
import { widthOf } from './lettering.ts';

/** One picture as it is shown; all arrays are row by row. */
export interface Shown {
  readonly surface: string;
  /** Null where the picture is good. */
  readonly defect: string | null;
  /** u8 [size size 3] */
  readonly rgb: Uint8Array;
  /** u8 [size size 3] */
  readonly reconstruction: Uint8Array;
  /** [size size], at least 0 */
  readonly errors: Float32Array;
  /** u8 [size size] */
  readonly mask: Uint8Array;
  readonly topError: number;
}

export const paper: Ink = [250, 250, 248];
export const ink: Ink = [28, 32, 38];
export const faint: Ink = [112, 118, 126];
const good: Ink = [24, 122, 74];
const bad: Ink = [190, 44, 36];

const margin = 36;
const gap = 8;
const labels = 168;
const header = 132;
const footer = 84;
const between = 48;

/** The four tiles of a picture, u8 [size size 3] each, with the names of their columns. */
export function tilesOf(shown: Shown, hottest: number): readonly (readonly [name: string, rgb: Uint8Array])[] {
  return [
    ['picture', shown.rgb],
    ['reconstruction', shown.reconstruction],
    ['error', heatPicture(shown.errors, hottest)],
    ['true mask', greyPicture(shown.mask)],
  ];
}

/**
 * Pictures in two columns, those of one surface below one another.
 *
 * @param groups the pictures of each surface; as many for each
 * @param size pixels along the side of every picture
 * @param hottest the error that is shown in the brightest colour
 */
export function contactSheet(groups: readonly (readonly Shown[])[], size: number, hottest: number, subtitle: string, note: string): Canvas {
  const enlarge = Math.max(1, Math.ceil(120 / size));
  const tile = size * enlarge;
  const panel = labels + 4 * tile + 3 * gap;
  const deep = Math.ceil(groups.length / 2);
  const group = Math.max(...groups.map((one) => one.length)) * (tile + gap) + 18;
  const canvas = new Canvas(2 * margin + 2 * panel + between, header + deep * group + footer, paper);

  canvas.text('blemish demo: good and defective surfaces', margin, 52, { size: 22, bold: true, ink });
  canvas.text(subtitle, margin, 82, { size: 10.5, ink: faint });
  groups.forEach((pictures, g) => {
    const left = margin + Math.floor(g / deep) * (panel + between);
    const top = header + (g % deep) * group;
    const tilesAt = left + labels;
    pictures.forEach((shown, row) => {
      const y = top + row * (tile + gap);
      const middle = y + tile / 2;
      canvas.text(shown.surface, left, middle - 18, { size: 12, bold: true, ink });
      canvas.text(shown.defect ?? 'good', left, middle + 5, { size: 11, ink: shown.defect ? bad : good });
      canvas.text(`top error ${shown.topError.toPrecision(2)}`, left, middle + 28, { size: 9.5, ink: faint });
      tilesOf(shown, hottest).forEach(([name, rgb], column) => {
        const x = tilesAt + column * (tile + gap);
        if (row === 0 && g % deep === 0) canvas.text(name, x + tile / 2, header - 14, { size: 10, align: 'centre', ink });
        canvas.picture(rgb, size, x, y, enlarge);
      });
    });
  });
  legend(canvas, hottest, note);
  return canvas;
}

/** What the colours mean, below everything. */
function legend(canvas: Canvas, hottest: number, note: string): void {
  const y = canvas.height - 52;
  const wide = 220;
  canvas.text('0', margin, y + 12, { size: 10, ink });
  for (let x = 0; x < wide; x++) canvas.fill(margin + 16 + x, y, 1, 14, heat(x / (wide - 1)));
  const end = canvas.text(`${hottest.toPrecision(2)} or more`, margin + wide + 24, y + 12, { size: 10, ink });
  const room = canvas.width - margin - end - 24;
  canvas.text(note, end + 24, y + 12, { size: Math.min(10, (10 * room) / widthOf(note, 10)), ink: faint });
}
