// A canvas of 8-bit colours: rectangles, enlarged pictures, smooth lines, text, and the colours of heat.
import { type Line, strokesOf, widthOf } from './lettering.ts';

/** Red, green and blue, 0 … 255. */
export type Ink = readonly [number, number, number];

export interface TextStyle {
  /** Height of capitals in pixels. Default 10. */
  size?: number;
  ink?: Ink;
  /** Which end of the text x is. Default left. */
  align?: 'left' | 'centre' | 'right';
  bold?: boolean;
}

export class Canvas {
  readonly width: number;
  readonly height: number;
  /** u8 [height width 3] */
  readonly data: Uint8Array;

  constructor(width: number, height: number, paper: Ink) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, paper);
  }

  get shape(): readonly [number, number, number] {
    return [this.height, this.width, 3];
  }

  fill(left: number, top: number, width: number, height: number, ink: Ink): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++) this.data.set(ink, (y * this.width + x) * 3);
    }
  }

  /** Copies a u8 [height width 3] picture, every pixel `enlarge` times in both directions. */
  picture(rgb: Uint8Array, width: number, left: number, top: number, enlarge: number): void {
    const height = rgb.length / 3 / width;
    for (let y = 0; y < height * enlarge; y++) {
      for (let x = 0; x < width * enlarge; x++) {
        const from = (Math.floor(y / enlarge) * width + Math.floor(x / enlarge)) * 3;
        this.data.set(rgb.subarray(from, from + 3), ((top + y) * this.width + left + x) * 3);
      }
    }
  }

  /** A line through points, with round ends and joins; coordinates run through pixel corners. */
  line(points: Line, thickness: number, ink: Ink): void {
    const reach = thickness / 2 + 1;
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const [left, right] = [Math.max(0, Math.floor(Math.min(...xs) - reach)), Math.min(this.width - 1, Math.ceil(Math.max(...xs) + reach))];
    const [top, bottom] = [Math.max(0, Math.floor(Math.min(...ys) - reach)), Math.min(this.height - 1, Math.ceil(Math.max(...ys) + reach))];
    if (left > right || top > bottom) return;
    // The coverage of all parts is gathered before anything is painted: joins must not be painted twice.
    const width = right - left + 1;
    const coverage = new Float32Array(width * (bottom - top + 1));
    for (let i = 0; i < Math.max(1, points.length - 1); i++) {
      const [ax, ay] = points[i];
      const [bx, by] = points[Math.min(i + 1, points.length - 1)];
      const [dx, dy] = [bx - ax, by - ay];
      const square = dx * dx + dy * dy || 1;
      const [y0, y1] = [Math.max(top, Math.floor(Math.min(ay, by) - reach)), Math.min(bottom, Math.ceil(Math.max(ay, by) + reach))];
      const [x0, x1] = [Math.max(left, Math.floor(Math.min(ax, bx) - reach)), Math.min(right, Math.ceil(Math.max(ax, bx) + reach))];
      for (let y = y0; y <= y1; y++) {
        for (let x = x0; x <= x1; x++) {
          const t = Math.min(1, Math.max(0, ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / square));
          const distance = Math.hypot(x + 0.5 - ax - t * dx, y + 0.5 - ay - t * dy);
          const at = (y - top) * width + x - left;
          coverage[at] = Math.max(coverage[at], Math.min(1, thickness / 2 - distance + 0.5));
        }
      }
    }
    for (let at = 0; at < coverage.length; at++) {
      if (coverage[at] > 0) this.blend(left + (at % width), top + Math.floor(at / width), ink, coverage[at]);
    }
  }

  /** Text on a baseline at y. Returns where it ends. */
  text(text: string, x: number, y: number, style: TextStyle = {}): number {
    const { size = 10, ink = [30, 34, 40], align = 'left', bold = false } = style;
    const width = widthOf(text, size);
    const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
    for (const stroke of strokesOf(text, left, y, size)) this.line(stroke, size * (bold ? 0.19 : 0.125) + 0.2, ink);
    return left + width;
  }

  private blend(x: number, y: number, ink: Ink, share: number): void {
    const at = (y * this.width + x) * 3;
    for (let c = 0; c < 3; c++) this.data[at + c] = Math.round(this.data[at + c] + (ink[c] - this.data[at + c]) * share);
  }
}

// Dark violet over red and orange to pale yellow: every step is lighter than the one before, so it also reads in grey.
const heats: readonly Ink[] = [
  [8, 6, 22],
  [52, 12, 92],
  [120, 24, 110],
  [186, 46, 84],
  [232, 94, 46],
  [250, 160, 34],
  [252, 222, 110],
  [255, 252, 214],
];

/** The colour of a number from 0 (cold) to 1 (hot). */
export function heat(share: number): Ink {
  const at = Math.min(1, Math.max(0, share)) * (heats.length - 1);
  const i = Math.min(heats.length - 2, Math.floor(at));
  const mix = (c: 0 | 1 | 2) => Math.round(heats[i][c] + (heats[i + 1][c] - heats[i][c]) * (at - i));
  return [mix(0), mix(1), mix(2)];
}

/** A map of numbers as u8 [… 3] heat colours; `hottest` is the number that gets the last colour. */
export function heatPicture(map: ArrayLike<number>, hottest: number): Uint8Array {
  const rgb = new Uint8Array(map.length * 3);
  for (let i = 0; i < map.length; i++) rgb.set(heat(map[i] / hottest), i * 3);
  return rgb;
}

/** Grey numbers as u8 [… 3]. */
export function greyPicture(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i], i * 3, i * 3 + 3);
  return rgb;
}
