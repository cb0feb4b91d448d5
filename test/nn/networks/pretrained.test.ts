// SqueezeNet and MobileNetV2 against activations of the same weights, computed elsewhere; skipped where the weights are absent.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fuse, loadModuleState } from '../../../src/nn/index.ts';
import {
  loadWeights,
  MobileNetV2,
  mobileNetV2Geometry,
  readWeights,
  SqueezeNet,
  squeezeNetGeometry,
  type squeezeNetLayers,
} from '../../../src/nn/networks/index.ts';
import { affine, concat, conv2d, maxPool2d, normal, pad2d, relu6, reshape, slice, sub, transpose } from '../../../src/ops/index.ts';
import { readPicture } from '../../../src/tensor/pictures.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { sharedData } from '../../support/shared-data.ts';
import { rejected, thrown } from '../../support/thrown.ts';

const files = [
  'weights/squeezenet_v1_1.safetensors',
  'weights/mobilenet_v2_1_0.safetensors',
  'weights/reference_activations.json',
  'mvtec/screw/train/good/000.png',
];
const [squeezenet, mobilenet, activations, screw] = files.map(sharedData);
const there = [squeezenet, mobilenet, activations, screw].every(Boolean);
const note = there ? '' : ' (skipped: set BLEMISH_DATA to a folder with weights/ and mvtec/screw/)';

interface Layer {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly center_yx: readonly [number, number];
  readonly center_first16: readonly number[];
  readonly corner00_first8: readonly number[];
}
const reference = () => JSON.parse(readFileSync(activations as string, 'utf8')) as Record<string, { layers: Record<string, Layer> }>;

async function picture(name = '000'): Promise<Tensor> {
  const { data, width, height, channels } = await readPicture((screw as string).replace('000', name));
  return scope(() => {
    const grey = slice(transpose(reshape(tensor(Float32Array.from(data)), [1, height, width, channels]), [0, 3, 1, 2]), [0, 0, 0, 0], [1, 1, height, width]);
    return concat([grey, grey, grey], 1);
  });
}

/** Holds what came out to the reference: extents, moments, and numbers in the middle and in a corner. */
async function compare(name: string, value: Tensor, layer: Layer): Promise<void> {
  const numbers = (await value.read()) as Float32Array;
  expect(value.shape, name).toEqual([1, ...layer.shape]);
  const average = numbers.reduce((total, x) => total + x, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((total, x) => total + (x - average) ** 2, 0) / numbers.length);
  const [, height, width] = layer.shape;
  const at = (c: number, y: number, x: number) => numbers[(c * height + y) * width + x];
  const close = (got: number, expected: number, what: string) =>
    expect(Math.abs(got - expected) / (Math.abs(expected) + layer.std), `${name}: ${what} is ${got}, not ${expected}`).toBeLessThan(1e-3);
  close(average, layer.mean, 'mean');
  close(deviation, layer.std, 'deviation');
  const [y, x] = layer.center_yx;
  layer.center_first16.forEach((expected, c) => close(at(c, y, x), expected, `channel ${c} in the middle`));
  layer.corner00_first8.forEach((expected, c) => close(at(c, 0, 0), expected, `channel ${c} in the corner`));
}

describe(`pretrained networks${note}`, () => {
  it.skipIf(!there).each([false, true])('SqueezeNet 1.1, fused: %s', async (fused) => {
    using network = await SqueezeNet.load(squeezenet as string, new Random(0));
    if (fused) fuse(network);
    using given = await picture();
    const { layers } = reference().squeezenet_v1_1;
    const x = scope(() =>
      sub(
        reshape(
          concat(
            [2, 1, 0].map((c) => slice(given, [0, c, 0, 0], [1, 1, 320, 320])),
            1,
          ),
          given.shape,
        ),
        tensor([104, 117, 123], [1, 3, 1, 1]),
      ),
    );
    const names = Object.keys(layers).filter((name) => name !== 'pool1') as (typeof squeezeNetLayers)[number][];
    const found = network.features(x, names);
    for (const [i, name] of names.entries()) await compare(name, found[i], layers[name]);
    const pooled = scope(() => maxPool2d(found[names.indexOf('conv1')], 3, { stride: 2, ceilMode: true }));
    await compare('pool1', pooled, layers.pool1);
    for (const one of [...found, pooled, x]) one.dispose();
  });

  it.skipIf(!there)('SqueezeNet knows a screw', async () => {
    using network = await SqueezeNet.load(squeezenet as string, new Random(0));
    using given = await picture('200');
    const classes = scope(() => network.forward(sub(given, tensor([104, 117, 123], [1, 3, 1, 1]))));
    const numbers = await classes.read();
    classes.dispose();
    expect(numbers.indexOf(Math.max(...numbers))).toBe(783);
    expect(Array.from(numbers).reduce((total, p) => total + p, 0)).toBeCloseTo(1, 5);
  });

  it.skipIf(!there).each([false, true])('MobileNetV2 1.0, fused: %s', async (fused) => {
    using network = await MobileNetV2.load(mobilenet as string, new Random(0));
    if (fused) fuse(network);
    using given = await picture();
    const { layers } = reference().mobilenet_v2_1_0;
    const x = affine(given, { scale: 1 / 127.5, shift: -1 });
    const names = Object.keys(layers) as 'conv0'[];
    const found = network.features(x, names);
    for (const [i, name] of names.entries()) await compare(name, found[i], layers[name]);
    for (const one of [...found, x]) one.dispose();
  });
});

describe('networks of others', () => {
  it('say where a position stands: what reaches it lies around its middle', async () => {
    // The gradient of one position by the picture would say the same; here a bright pixel is moved instead.
    const random = new Random(1);
    using squeeze = new SqueezeNet({ random, until: 'fire5' }).eval();
    using mobile = new MobileNetV2({ random, until: 'block4' }).eval();
    const reach = (run: (x: Tensor) => Tensor, position: number, side: number) => {
      const shape = [1, 3, side, side];
      const given = normal(shape, random.split(side)).readSync() as Float32Array;
      const row = (pixels: Float32Array) => {
        const y = run(tensor(pixels, shape));
        return slice(y, [0, 0, position, 0], [1, y.shape[1], 1, y.shape[3]]);
      };
      const base = row(given);
      const touched = Array.from({ length: side }, (_, at) => at).filter(
        (at) =>
          scope(() => {
            const moved = given.map((value, i) => (Math.floor(i / side) % side === at ? value + 10 : value));
            return {
              any: sub(row(moved), base)
                .readSync()
                .some((difference) => difference !== 0),
            };
          }).any,
      );
      return (touched[0] + touched[touched.length - 1]) / 2;
    };
    scope(() => {
      for (const layer of ['conv1', 'fire2', 'fire4'] as const) {
        const { stride, origin } = squeezeNetGeometry[layer];
        const position = Math.floor(40 / stride);
        expect(
          reach((x) => squeeze.features(x, [layer])[0], position, 79),
          layer,
        ).toBe(origin + stride * position);
      }
      for (const layer of ['conv0', 'block2', 'block4'] as const) {
        const { stride, origin } = mobileNetV2Geometry(layer);
        const position = Math.floor(40 / stride);
        expect(
          reach((x) => mobile.features(x, [layer])[0], position, 80),
          layer,
        ).toBe(origin + stride * position);
      }
    });
  });

  it('pad odd extents on both sides', () => {
    using network = new MobileNetV2({ random: new Random(2), until: 'block4' }).eval();
    scope(() => {
      const x = normal([1, 3, 37, 35], new Random(1));
      const [a, b, c] = network.features(x, ['conv0', 'block2', 'block4']);
      expect([a.shape, b.shape, c.shape]).toEqual([
        [1, 32, 19, 18],
        [1, 24, 10, 9],
        [1, 32, 5, 5],
      ]);
      const [weight, bias] = ['weight', 'bias'].map((name) => network.namedParameters().get(`conv0.0.${name}`) as Tensor);
      const expected = relu6(conv2d(pad2d(x, 1), weight, bias, { stride: 2 })).readSync();
      expect(Math.max(...sub(a, tensor(expected, a.shape)).readSync().map(Math.abs))).toBeLessThan(1e-5);
    });
  });

  it('may be built in part, and take what they need of a file', async () => {
    using whole = new SqueezeNet({ random: new Random(1), until: 'fire4' });
    const state = new Map(
      [...whole.namedParameters()].map(([name, value]) => [name.replace('.0.', '.'), { dtype: 'f32' as const, shape: value.shape, data: value.readSync() }]),
    );
    using part = new SqueezeNet({ random: new Random(2), until: 'fire3' });
    loadWeights(part, state);
    expect(part.namedParameters().get('fire3.expand3x3.0.weight')?.readSync()).toEqual(whole.namedParameters().get('fire3.expand3x3.0.weight')?.readSync());
    using more = new SqueezeNet({ random: new Random(2), until: 'fire5' });
    expect(thrown(() => loadWeights(more, state))).toMatch(/^STATE_INVALID: SqueezeNet: 6 missing \(fire5\.squeeze1x1\.0\.weight/);
    expect(thrown(() => loadModuleState(part, state))).toMatch('STATE_INVALID');
  });

  it('say what is wrong with a file', async () => {
    expect(await rejected(readWeights('nowhere.safetensors'))).toMatch(/^WEIGHTS_UNREADABLE: nowhere\.safetensors: ENOENT/);
    const here = join(import.meta.dirname, 'pretrained.test.ts');
    expect(existsSync(here)).toBe(true);
    expect(await rejected(readWeights(here))).toMatch('STATE_INVALID');
  });
});
