// The same computation, and a call that fails when it runs; prints the numbers and where the failure came up.
import { memory, ops, record, scope, tensor } from '../../../dist/src/index.js';

const numbers = scope(() => {
  const x = tensor(
    Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i)),
    [60, 100],
  );
  const tape = record(() => ops.sumTo(ops.div(ops.mul(x, x), ops.add(x, ops.full([100], 3))), []), { watch: [x] });
  return [...Array.from(tape.backward().get(x).readSync()), tape.value.readSync()[0]];
});
let failure = '';
scope(() => {
  const x = tensor([1, 2, 3]);
  const indices = tensor(Int32Array.of(7));
  let where = 'call';
  try {
    const y = ops.gather(x, indices);
    where = 'read';
    y.readSync();
  } catch (error) {
    failure = `${where}: ${error.message}`;
  }
});
console.log(JSON.stringify({ numbers, failure, alive: memory().liveTensors }));
