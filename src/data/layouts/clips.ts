// Clips of frames: train/…, test/<clip>/<frame>, labels/<clip>.json, ground_truth/<clip>/<frame>_mask.png.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { findPictures, isFileAt, isFolderAt, listFolder } from '../files.ts';
import type { Sample } from '../sample.ts';
import { samplesOf, withoutEnding } from './good-and-defects.ts';
import { dataInvalid, type Layout } from './layout.ts';

/**
 * As UCSD Ped2 (Mahadevan et al., CVPR 2010) is usually prepared. Every frame below `train` is normal. `labels/<clip>.json` is a
 * list with 0 or 1 for each frame of the clip in order.
 */
export const clips: Layout = {
  name: 'clips',
  shape: 'train/<clip>/<frame>, test/<clip>/<frame>, labels/<clip>.json, ground_truth/<clip>/<frame>_mask.png (clips of frames)',
  async open(root) {
    const folders = ['train', 'test', 'labels'].map((name) => `${root}/${name}`);
    for (const folder of folders) if (!(await isFolderAt(folder))) return null;
    if (!(await listFolder(`${root}/labels`)).files.some((name) => /\.json$/i.test(name))) return null;
    const train = await samplesOf(root, 'train', 'good');
    const test: Sample[] = [];
    for (const clip of (await listFolder(`${root}/test`)).folders) test.push(...(await openClip(root, clip)));
    return [{ name: basename(root), train, test }];
  },
};

async function openClip(root: string, clip: string): Promise<Sample[]> {
  const frames = await findPictures(`${root}/test/${clip}`);
  const path = `${root}/labels/${clip}.json`;
  const labels = (await isFileAt(path)) ? await readLabels(path) : null;
  const wrong = !labels
    ? `${path}: there is no such file; expected labels of ${frames.length} frames`
    : labels.length !== frames.length
      ? `${path}: it has ${labels.length} labels; expected ${frames.length}, one for each frame`
      : null;
  const maskFolder = `${root}/ground_truth/${clip}`;
  const masks = new Map((await isFolderAt(maskFolder)) ? (await findPictures(maskFolder)).map((mask) => [withoutEnding(mask.name), mask.path]) : []);
  return frames.map(({ name, path: source }, i) => {
    const label = wrong ? null : labels![i];
    const stem = withoutEnding(name);
    return {
      name: `test/${clip}/${name}`,
      source,
      label,
      kind: label === null ? 'unknown' : label ? 'abnormal' : 'good',
      mask: label ? (masks.get(`${stem}_mask`) ?? masks.get(stem) ?? null) : null,
      ...(wrong && { problem: { code: 'DATA_INVALID', message: wrong } }),
    };
  });
}

async function readLabels(path: string): Promise<(0 | 1)[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw dataInvalid(path, cause instanceof SyntaxError ? 'it is no JSON' : (cause as Error).message, 'a list with 0 or 1 for each frame', cause);
  }
  if (!Array.isArray(value)) throw dataInvalid(path, 'it is no list', 'one with 0 or 1 for each frame');
  return value.map((one, i) => {
    if (one !== 0 && one !== 1 && typeof one !== 'boolean') throw dataInvalid(path, `label ${i} is ${JSON.stringify(one)}`, '0 or 1');
    return one ? 1 : 0;
  });
}
