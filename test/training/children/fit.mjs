// Trains a little, telling each step, for tests that kill it: fit.mjs <checkpoint> <steps> <model> <pictures> <method> <settings>.
import { fit } from '../../../dist/src/training/fit.js';

const [, , checkpoint, steps, model, pictures, method, hyper] = process.argv;
const samples = JSON.parse(pictures).map(({ name, data, ...rest }) => ({
  name,
  label: 0,
  kind: 'good',
  mask: null,
  source: { ...rest, data: Uint8Array.from(Buffer.from(data, 'base64')) },
}));
const detector = await fit(method, samples, {
  hyper: JSON.parse(hyper),
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
