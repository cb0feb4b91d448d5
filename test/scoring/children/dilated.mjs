// Scores pictures alone and in batches by a method whose convolutions add up differently for several pictures where there is no
// AVX-512; prints how the scores compare, and how large the passes were.
import { Detector, nn, ops, Random } from '../../../dist/src/index.js';
import { toyPictures } from '../../../dist/test/support/toy-method.js';

const passes = [];
const method = {
  name: 'dilated',
  paper: 'none',
  family: 'reconstruction',
  needsWeights: false,
  multipleOf: () => 1,
  hyper: {},
  build: () => {
    const random = new Random(1);
    const layer = (inputs, dilation) => new nn.Conv2d(inputs, 64, 3, { random: random.split(inputs + dilation), padding: 'same', dilation });
    return new nn.Sequential(layer(3, 1), layer(64, 4), layer(64, 4));
  },
  learn: { learns: 'onePass', observe: () => {}, finish: () => {} },
  score: (model, images) => {
    passes.push(images.shape[0]);
    return { map: ops.mean(model.forward(images), 1, { keepDims: true }) };
  },
  imageScore: (map) => ops.max(map, [1, 2, 3]),
};
const input = { height: 32, width: 32, channels: 3, fit: 'stretch' };
const detector = Detector.from({ method, hyper: {}, input, model: method.build(), provenance: {} });
const pictures = toyPictures(110);
async function scores(batchSize) {
  const list = [];
  for await (const { score, map } of detector.score(pictures, { batchSize })) list.push([score, ...map]);
  return list;
}
const alone = await scores(1);
const together = await scores(4);
// The same network on a batch of four, straight: whether this machine adds up alike.
const straight = await (async () => {
  const { model } = detector;
  const noise = ops.uniform([4, 3, 32, 32], new Random(2));
  const batch = model.forward(noise);
  const single = model.forward(ops.slice(noise, [0, 0, 0, 0], [1, 3, 32, 32]));
  const [first, second] = [await batch.read(), await single.read()];
  return second.every((value, i) => value === first[i]);
})();
console.log(JSON.stringify({ same: JSON.stringify(alone) === JSON.stringify(together), straight, joined: passes.filter((size) => size === 4).length }));
