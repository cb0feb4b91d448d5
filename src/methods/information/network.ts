// The network of information: an encoder to a short code, and what each estimator of its information needs besides.
import { must } from '../../errors.ts';
import { within } from '../../features/index.ts';
import { BatchNorm2d, Linear, Relu, Sequential } from '../../nn/layers/index.ts';
import { Module } from '../../nn/module.ts';
import { ConvDecoder, ConvEncoder, type ResNet, resNet18 } from '../../nn/networks/index.ts';
import { stateBuffer } from '../../nn/parameter.ts';
import { affine, full, l2Normalize, mean, reshape } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';
import { CodeDensity, type DensityKind, EnergyScale, MapReference } from './density.ts';
import type { EntropyKind } from './objective.ts';
import { countOf, type TransformSet } from './transforms.ts';

export type Information =
  | 'reconstruction'
  | 'transforms'
  | 'infoNCE'
  | 'jsd'
  | 'donskerVaradhan'
  | 'reconstruction+transforms'
  | 'infoNCE+transforms'
  | 'reconstruction+infoNCE'
  | 'none';

export interface NetworkOptions {
  readonly information: Information;
  readonly encoder: 'light' | 'resnet18';
  readonly width: number;
  readonly levels: number;
  readonly code: number;
  readonly projection: number;
  readonly transforms: TransformSet;
  readonly erase: 'none' | 'colour' | 'orientation' | 'both';
  readonly guard: 'sphere' | 'noise' | 'second' | 'none';
  readonly entropy: EntropyKind;
  readonly centre: 'mean' | 'origin' | 'first';
  readonly density: DensityKind;
  readonly bank: number;
}

/** What an information setting asks for. */
export const partsOf = (information: Information) => ({
  reconstruction: information.includes('reconstruction'),
  transforms: information.includes('transforms'),
  contrast: (['infoNCE', 'jsd', 'donskerVaradhan'] as const).find((one) => information.includes(one)) ?? null,
});

/** Views of a picture that its score is made of, and how each differs from it: one where nothing is recognised or turned back. */
export function scoredViews(h: Pick<NetworkOptions, 'information' | 'transforms' | 'erase'>): { readonly set: TransformSet; readonly count: number } {
  const parts = partsOf(h.information);
  if (parts.transforms) return { set: h.transforms, count: countOf(h.transforms) };
  const turns = parts.reconstruction && (h.erase === 'orientation' || h.erase === 'both');
  return { set: 'rotations', count: turns ? countOf('rotations') : 1 };
}

/**
 * Whether only upright pictures are decoded: then half of a batch is left so, where the others are turned to be recognised. A decoder that has
 * to serve all turns as well serves each of them worse.
 */
export function restoresUpright(h: Pick<NetworkOptions, 'information' | 'erase' | 'guard'>): boolean {
  const parts = partsOf(h.information);
  return parts.reconstruction && parts.transforms && h.erase !== 'orientation' && h.erase !== 'both' && h.guard !== 'second';
}

/** Pictures to codes `[N code]`, and to the maps of every stage. */
class Encoder extends Module<[x: Tensor], { readonly maps: readonly Tensor[]; readonly code: Tensor }> {
  readonly maps: ConvEncoder | ResNet;
  readonly last: Linear;
  /** Halvings of the last map, and numbers that go into a code. */
  private readonly pooled: boolean;

  constructor(h: NetworkOptions, { channels, height, width }: BuildOptions, random: Random) {
    super();
    const maps = { channels, width: h.width, random: random.split('maps') };
    this.maps = h.encoder === 'light' ? new ConvEncoder({ ...maps, levels: h.levels }) : resNet18(maps);
    // Constants that could be learnt would let every code be the same one, at no cost where nothing but compactness counts.
    if (h.information === 'none') for (const layer of this.maps.namedModules().values()) if (layer instanceof BatchNorm2d) layer.freeze();
    this.pooled = h.encoder !== 'light';
    const widest = this.maps.widths[this.maps.widths.length - 1];
    const positions = this.pooled ? 1 : (height / 2 ** h.levels) * (width / 2 ** h.levels);
    this.last = new Linear(widest * positions, h.code, { random: random.split('last'), bias: false });
  }

  override forward(x: Tensor): { maps: Tensor[]; code: Tensor } {
    return scope(() => {
      const maps = this.maps.levels(x);
      const deepest = maps[maps.length - 1];
      const vector = this.pooled ? mean(deepest, [2, 3]) : reshape(deepest, [deepest.shape[0], -1]);
      return { maps, code: this.last.forward(vector) };
    });
  }
}

/** The stage whose map is looked at position by position, and the side in pixels of its positions. */
const mapStage = 1;
const strideOf = (h: NetworkOptions) => (h.encoder === 'light' ? 2 ** (Math.min(mapStage, h.levels - 1) + 1) : 2 ** mapStage);

/** f32 `[N C H W]` → codes f32 `[N code]`; H and W as it was built for. */
export class InformationNetwork extends Module {
  readonly encoder: Encoder;
  readonly decoder: ConvDecoder | null;
  /** Looks at what was decoded, where the guard wants that. */
  readonly second: Encoder | null;
  /** Logits of the transforms. */
  readonly recognise: Linear | null;
  readonly project: Sequential | null;
  /** f32 [code]: what codes are to be near to, where a first pass or nothing else says. */
  readonly centre: Tensor;
  /** f32 []: ln of the moving average of Donsker and Varadhan's denominator; below -1e29 before the first step. */
  readonly logAverage: Tensor;
  readonly density: CodeDensity | null;
  readonly reference: MapReference | null;
  readonly scale: EnergyScale;
  private readonly sphere: boolean;

  constructor(h: NetworkOptions, options: BuildOptions) {
    super();
    const { random, channels, height, width } = options;
    const parts = partsOf(h.information);
    const turns = h.erase === 'orientation' || h.erase === 'both';
    must(
      !turns || !parts.reconstruction || !parts.contrast,
      `information: erase is ${h.erase} with information ${h.information}; expected none or colour with views`,
    );
    // On a sphere these are the same for every code.
    const constant = [h.entropy, h.density].find((one) => one === 'norm' || (one === 'distance' && h.centre === 'origin'));
    must(h.guard !== 'sphere' || !constant, `information: entropy or density is ${constant} from 0 with guard sphere; expected another guard`);
    must(energyNames(h).length > 0, 'information: density is none with information none; expected one of them to score by');
    must(h.guard !== 'second' || parts.reconstruction, `information: guard is second with information ${h.information}; expected one with a reconstruction`);
    this.encoder = new Encoder(h, options, random.split('encoder'));
    const decoder = { channels, width: h.width, levels: h.levels, code: h.code, extents: [height, width], random: random.split('decoder') } as const;
    this.decoder = parts.reconstruction ? new ConvDecoder(decoder) : null;
    this.second = h.guard === 'second' ? new Encoder(h, options, random.split('second')) : null;
    this.recognise = parts.transforms ? new Linear(h.code, countOf(h.transforms), { random: random.split('recognise') }) : null;
    const layer = (outputs: number, label: string) => new Linear(h.code, outputs, { random: random.split(label) });
    this.project = parts.contrast && h.projection > 0 ? new Sequential(layer(h.code, 'project0'), new Relu(), layer(h.projection, 'project1')) : null;
    this.centre = stateBuffer(full([h.code], 0));
    this.logAverage = stateBuffer(full([], -1e30));
    const stage = Math.min(mapStage, this.encoder.maps.widths.length - 1);
    const extents = [height, width].map((side) => Math.ceil(side / strideOf(h))) as [number, number];
    this.density =
      h.density === 'none'
        ? null
        : new CodeDensity({ ...h, density: h.density, views: scoredViews(h).count, learnt: within(within(options.learnt ?? null, 'density'), 'bank') });
    this.reference = parts.reconstruction ? null : new MapReference([this.encoder.maps.widths[stage], ...extents]);
    this.scale = new EnergyScale(energyNames(h).length);
    this.sphere = h.guard === 'sphere';
  }

  /** Codes, and the map that is looked at position by position. With guard sphere codes have the length √code, so that their numbers are about one. */
  encode(x: Tensor, by: Encoder = this.encoder): { readonly code: Tensor; readonly map: Tensor } {
    return scope(() => {
      const { maps, code } = by.forward(x);
      const map = maps[Math.min(mapStage, maps.length - 1)];
      return { code: this.sphere ? affine(l2Normalize(code), { scale: Math.sqrt(code.shape[1]) }) : code, map };
    });
  }

  override forward(x: Tensor): Tensor {
    return this.encode(x).code;
  }
}

/** What a picture's score is made of, in the order of its statistics. */
export function energyNames(h: Pick<NetworkOptions, 'information' | 'density'>): ('reconstruction' | 'transforms' | 'density')[] {
  const parts = partsOf(h.information);
  return [
    ...(parts.reconstruction ? (['reconstruction'] as const) : []),
    ...(parts.transforms ? (['transforms'] as const) : []),
    ...(h.density === 'none' ? [] : (['density'] as const)),
  ];
}
