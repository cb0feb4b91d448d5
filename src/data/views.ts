// Two looks at one picture that share what it shows: random crops, flips, light and colour, as contrastive learning has them.
import { real, toggle, type ValuesOf } from '../hyper.ts';
import { add, clamp, matmul, mul, reshape, transpose } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type Placement, placed } from './augment.ts';

/** What a method that contrasts views declares; the defaults are those of Chen et al. 2020 as CSI (Tack et al. 2020) has them. */
export const viewHypers = {
  viewCrop: real(0.05, 1, 0.54, 'smallest share of a picture that a view shows'),
  viewMirror: toggle(true, 'mirror half of the views left to right'),
  viewJitter: real(0, 1, 0.4, 'how far brightness, contrast and saturation of four views in five go up or down; hue turns by a quarter of it'),
  viewGrey: real(0, 1, 0.2, 'share of the views of colour pictures without their colour'),
} as const;

type Views = ValuesOf<typeof viewHypers>;

const within = (random: Random, reach: number) => (2 * random.uniform() - 1) * reach;

/** Shares of views with other light and colour, and the ratios that a crop's sides may have at most (Szegedy et al. 2015). */
const jittered = 0.8;
const ratio = 4 / 3;

/** A crop of a random share of the area, of a random ratio, at a random place, perhaps mirrored. */
function cropped(h: Views, random: Random): Placement {
  const area = h.viewCrop + (1 - h.viewCrop) * random.uniform();
  const stretch = Math.sqrt(ratio ** within(random, 1));
  const [sx, sy] = [Math.min(1, Math.sqrt(area) * stretch), Math.min(1, Math.sqrt(area) / stretch)];
  const side = h.viewMirror && random.uniform() < 0.5 ? -1 : 1;
  return [side * sx, 0, 0, sy, within(random, 1 - sx), within(random, 1 - sy)];
}

// Rec. 601: what red, green and blue have in grey; and hue and saturation as the two other axes, of NTSC's YIQ.
const toYiq = [
  [0.299, 0.587, 0.114],
  [0.5959, -0.2746, -0.3213],
  [0.2115, -0.5227, 0.3112],
];
const fromYiq = [
  [1, 0.956, 0.619],
  [1, -0.272, -0.647],
  [1, -1.106, 1.703],
];
const product = (a: readonly number[][], b: readonly number[][]) => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));

/** 3 x 3: saturation by a factor, hue turned by an angle in radians. */
function coloured(saturation: number, hue: number): number[][] {
  const [c, s] = [saturation * Math.cos(hue), saturation * Math.sin(hue)];
  return product(
    fromYiq,
    product(
      [
        [1, 0, 0],
        [0, c, -s],
        [0, s, c],
      ],
      toYiq,
    ),
  );
}

/** f32 [N C H W] within 0 … 1, C is 1 or 3 → a view of every picture, the same extents. Enqueues only. */
export function view(images: Tensor, h: Views, random: Random): Tensor {
  const [count, channels, height, width] = images.shape;
  return scope(() => {
    const chances = Array.from({ length: count }, (_, i) => random.split(i));
    let x = placed(
      images,
      chances.map((chance) => cropped(h, chance.split('crop'))),
      [height, width],
    );
    if (h.viewJitter === 0 && (channels === 1 || h.viewGrey === 0)) return x;
    const lights = chances.map((chance) => {
      const light = chance.split('light');
      const on = light.uniform() < jittered ? h.viewJitter : 0;
      const [brightness, contrast, saturation, hue] = [1 + within(light, on), 1 + within(light, on), 1 + within(light, on), within(light, on / 4)];
      return { brightness, contrast, saturation: light.uniform() < h.viewGrey ? 0 : saturation, hue: 2 * Math.PI * hue };
    });
    const column = (of: (light: (typeof lights)[number]) => number) => tensor(lights.map(of), [count, 1, 1, 1], { device: x.device });
    if (channels === 3) {
      // Colours as rows: [N HW 3] times the matrices transposed.
      const matrices = tensor(
        lights.flatMap(({ saturation, hue }) => coloured(saturation, hue).flat()),
        [count, 3, 3],
        { device: x.device },
      );
      const colours = matmul(transpose(reshape(x, [count, 3, height * width]), [0, 2, 1]), matrices, { transposeB: true });
      x = reshape(transpose(colours, [0, 2, 1]), images.shape);
    }
    // Contrast about a half, so that nothing has to be waited for; then brightness.
    const [gain, shift] = [column((l) => l.brightness * l.contrast), column((l) => l.brightness * (0.5 - 0.5 * l.contrast))];
    return clamp(add(mul(x, gain), shift), { min: 0, max: 1 });
  });
}
