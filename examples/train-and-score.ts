// Learns from a folder of good pictures, sets a threshold with others, and says what is wrong with new ones.
//
//   node dist/examples/train-and-score.js <good> <calibration> <new> [budget]
import { fit, load } from '../src/index.ts';

const [good, calibration, fresh, budget = '5m'] = process.argv.slice(2);
if (!fresh) throw new Error('three folders of pictures are needed: to learn from, to calibrate with, to score');

const detector = await fit('ssae', good, {
  budget,
  seed: 1,
  onProgress: (event) => event.kind === 'validation' && console.log(`step ${event.step}: ${event.imageAuroc.toFixed(3)} of made defects are told apart`),
});
// From normal pictures alone, none of which it has learnt from: one in twenty of them may raise an alarm.
await detector.calibrate(calibration, { falseAlarmRate: 0.05 });
await detector.save('parts.blemish');
detector.dispose();

// Another day, in another process.
const scorer = await load('parts.blemish');
for await (const result of scorer.score(fresh)) {
  if (result.error) console.log(`${result.name}: ${result.error.message}`);
  else if (result.anomalous) console.log(`${result.name}: anomalous, p = ${result.pValue}, at ${JSON.stringify(result.regions[0] ?? null)}`);
}
scorer.dispose();
