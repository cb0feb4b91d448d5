// blemish export: a model as a file that other runtimes read, and whether it scores the same there.
import { writeWhole } from '../../tensor/partial-file.ts';
import { requiredText, toggle, whole, word } from '../flags.ts';
import { numberText } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

/** What float32 allows, summed in another order. */
const tolerance = 1e-5;

export const exportVerb = defineVerb({
  name: 'export',
  summary: 'writes a model as ONNX, and proves that it scores the same there',
  details:
    'The file takes images, f32 [N C H W] within 0 … 1 as the model sees them, and gives score [N], map [N 1 H W] and perhaps reconstruction; method, input and ' +
    'thresholds stand in its metadata. Where onnxruntime-node is installed, both score the same pictures, and the difference is told; more than 1e-5 of the ' +
    'largest number is a failure, and nothing is written. What ONNX has no words for is refused by the name of the operation.',
  operands: [{ name: 'model', meaning: 'a model file' }],
  flags: {
    out: requiredText('-o, --out <path>', 'where the file goes'),
    to: word('--to <format>', ['onnx'], 'onnx', 'the format'),
    batchSize: whole('--batch-size <n>', 1, 1024, 1, 'pictures that the file takes at a time'),
    json: toggle('--json', 'ends with one line of JSON'),
  },
  examples: ['blemish export parts.blemish -o parts.onnx'],
  async run({ words: [path], flags, console }) {
    const [{ Detector }, { BlemishError }, { willWrite }] = await Promise.all([
      import('../../scoring/detector.ts'),
      import('../../errors.ts'),
      import('../places.ts'),
    ]);
    const detector = await Detector.load(path, { device: 'cpu' });
    try {
      await willWrite('--out', flags.out);
      const { batchSize } = flags;
      const file = await detector.toOnnx({ batchSize });
      const differences = await detector.compareWithOnnx(file, { batchSize }).catch((error: unknown) => {
        if (error instanceof BlemishError && error.code === 'RUNTIME_MISSING' && error.message.includes('not installed')) return null;
        throw error;
      });
      const worst = differences && Math.max(...Object.values(differences));
      if (worst !== null && !(worst <= tolerance))
        throw new BlemishError(
          'EXPORT_UNSUPPORTED',
          `export: through onnxruntime-node the numbers differ by ${worst} of the largest; expected at most ${tolerance}`,
        );
      await writeWhole(flags.out, [file]);
      const { name } = detector.method;
      if (flags.json) await console.json({ file: flags.out, bytes: file.length, method: name, difference: worst });
      else
        await console.line(
          `${flags.out}: ${name}, ${file.length} bytes${worst === null ? '' : `, the same scores within ${numberText(worst)} of the largest`}`,
        );
      if (worst === null)
        console.say('blemish export: onnxruntime-node is not installed, so that nothing proves that it scores the same; npm install onnxruntime-node');
      return exits.fine;
    } finally {
      detector.dispose();
    }
  },
});
