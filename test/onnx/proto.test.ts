// Files of ONNX: what is too much for one is refused, and nothing half is written.
import { expect, it } from 'vitest';
import { encodeModel } from '../../src/onnx/proto.ts';

it('refuses more numbers than a file holds', async () => {
  const data = new Float32Array(2 ** 29);
  const rest = { nodes: [], inputs: [], outputs: [], metadata: {}, producer: ['blemish', '0'] as const };
  await expect(encodeModel({ name: 'large', constants: [{ name: 'c', dims: [data.length], data }], ...rest })).rejects.toMatchObject({
    code: 'EXPORT_UNSUPPORTED',
    message: 'toOnnx: large: its numbers take 2147483648 bytes; expected at most 2147483647',
  });
});
