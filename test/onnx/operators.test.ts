// Every operation that the export has words for, through onnxruntime-node, on the case lists of the operations themselves.
import { describe, expect, it } from 'vitest';
import { schema } from '../../bindings/native.ts';
import { exportFunction } from '../../src/onnx/export.ts';
import { operators } from '../../src/onnx/operators/index.ts';
import { scope } from '../../src/tensor/scope.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { type OpCase, type OpCases, relativeError, toTensor } from '../support/cases.ts';
import { callOp, fillAll } from '../support/check-op.ts';
import { opLists } from '../support/op-lists.ts';

const packageName: string = 'onnxruntime-node';
const runtime = await import(packageName).then(
  (found) => found.default ?? found,
  () => null,
);
const note = runtime ? '' : ' (skipped: onnxruntime-node is not installed)';
const lists = await opLists();

/** Not called by name but made of the tensor itself. */
const unlisted = ['reshape'];
/** What may be refused, by operation: cases whose settings ONNX has no words for. */
const refusals: Record<string, RegExp> = {
  adaptiveAveragePool2d: /do not divide evenly/,
  pixelErrorMap: /Huber/,
  gmsMap: /masking/,
  nearest: /among themselves|cosine/,
  convTranspose2dFused: /smaller than the convolution reaches/,
};

/** Pictures of float32 with numbers in them: what a network meets. */
const meant = (one: OpCase, list: OpCases): boolean =>
  !one.bench &&
  fillAll(list, one, 1).every(
    (x, i) => !x || (x.data.length > 0 && (x.dtype === 'f32' || (i > 0 && x.dtype === 'i32')) && x.data.every((value) => Math.abs(value) < 1e15)),
  );

describe.skipIf(!runtime).each(Object.keys(operators).filter((op) => !unlisted.includes(op)))(`%s in ONNX${note}`, (name) => {
  const cases = (lists.get(name) ?? []).flatMap((list) => list.cases.filter((one) => meant(one, list)).map((one) => ({ list, one })));

  it('has cases', () => {
    expect(schema.ops.map((op) => op.name)).toContain(name);
    expect(cases.length).toBeGreaterThan(0);
  });

  it.each(cases.map(({ list, one }, i) => [`${JSON.stringify(one.inputs)} ${JSON.stringify(one.attrs ?? {})}`.slice(0, 140), list, one, i] as const))(
    '%s',
    async (_, list, one, i) => {
      const filled = fillAll(list, one, i + 1);
      const operands = filled.map((x) => x && toTensor(x, x.dtype));
      const [first] = operands as [Tensor];
      const other = toTensor({ ...filled[0]!, data: filled[0]!.data.toReversed() });
      const results = scope(() => callOp(name, operands, one.attrs));
      let bytes: Uint8Array | null = null;
      try {
        bytes = await exportFunction([first, other], (x) => ({ result: callOp(name, [x, ...operands.slice(1)], one.attrs)[0] }), { name, version: '0' });
      } catch (error) {
        if (!refusals[name]?.test((error as Error).message)) throw error;
      }
      if (bytes) {
        const session = await runtime.InferenceSession.create(bytes, { logSeverityLevel: 3 });
        const { result } = await session.run({ images: new runtime.Tensor('float32', Float32Array.from(filled[0]!.data), first.shape) });
        const own = results[0].readSync();
        expect(result.dims).toEqual(results[0].shape);
        // In float32, where ours sums in float64.
        expect(relativeError(result.data, own, 0.01)).toBeLessThan(2e-5);
        await session.release();
      }
      for (const one of [...operands, ...results, other]) one?.dispose();
    },
  );
});
