// Trains a little, telling each step, for tests that kill it: fit.mjs <checkpoint> <steps> <model or ->.
import { fit } from '../../../dist/src/training/fit.js';

const [, , checkpoint, steps, model, pictures] = process.argv;
const samples = JSON.parse(pictures).map(({ name, data, ...rest }) => ({
  name,
  label: 0,
  kind: 'good',
  mask: null,
  source: { ...rest, data: Uint8Array.from(Buffer.from(data, 'base64')) },
}));
const detector = await fit('ssae', samples, {
  hyper: { width: 4, levels: 2, blocks: 1, reach: 2, rotate: 10, noise: 0.02 },
  size: 32,
  steps: Number(steps),
  batchSize: 4,
  seed: 3,
  checkpoint,
  checkpointSeconds: 0,
  resume: true,
  onProgress: (event) => console.log(JSON.stringify(event)),
});
await detector.save(model);
detector.dispose();
