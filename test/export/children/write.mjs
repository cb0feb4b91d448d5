// Writes a file of 3000 results over and over until it is killed. Says when it has begun.
//
//   node write.mjs PATH
import { ResultFile } from '../../../dist/src/index.js';

const [path] = process.argv.slice(2);
for (let round = 0; ; round++) {
  const file = await ResultFile.create(path);
  for (let index = 0; index < 3000; index++) await file.write({ index, name: `${index}.png`, error: { code: 'PICTURE_EMPTY', message: 'none' } });
  if (round === 0) console.log('writing');
  await file.finish();
}
