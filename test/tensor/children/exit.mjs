// Ends by process.exit() in the middle of its computation, after as many milliseconds as it is told.
import { nn, Random, scope, tensor } from '../../../dist/src/index.js';

const random = new Random(1);
const network = new nn.Sequential(...Array.from({ length: 6 }, (_, i) => new nn.Conv2d(i ? 32 : 3, 32, 3, { random, padding: 2 ** i, dilation: 2 ** i })));
const x = tensor(new Float32Array(8 * 3 * 128 * 128).fill(0.5), [8, 3, 128, 128]);
setTimeout(() => process.exit(7), Number(process.argv[2]));
for (;;) {
  const y = scope(() => network.forward(x));
  await y.read();
  y.dispose();
}
