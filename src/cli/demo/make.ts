// The demo's own data set: surfaces with planted defects, written as folders in the MVTec layout, one category for each surface.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodePng } from '../../tensor/pictures.ts';
import { Random } from '../../tensor/random.ts';
import type { DefectKind } from './defects.ts';
import { makeSurface, type SurfaceKind, surfaceKinds, surfaces } from './surfaces.ts';

export interface MakeOptions {
  /** Pixels along a side. */
  readonly size: number;
  readonly seed: number;
  /** Good pictures to learn from, of every surface. */
  readonly train: number;
  /** Good pictures to judge by, of every surface. */
  readonly good: number;
  /** Pictures of every defect that can befall a surface. */
  readonly defective: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

interface Wanted {
  readonly kind: SurfaceKind;
  readonly defect: DefectKind | null;
  readonly seed: number;
  /** From the root, without the file's ending. */
  readonly picture: string;
  readonly mask: string | null;
}

/** Every picture to make; each has a seed of its own, so that none depends on how many others there are. */
function* wanted({ seed, train, good, defective }: MakeOptions): Generator<Wanted> {
  const random = new Random(seed);
  for (const kind of surfaceKinds) {
    const own = random.split(kind);
    const series = function* (place: string, count: number, defect: DefectKind | null): Generator<Wanted> {
      const seeds = own.split(place);
      for (let i = 0; i < count; i++) {
        const name = String(i).padStart(3, '0');
        const mask = defect === null ? null : `${kind}/ground_truth/${place.split('/')[1]}/${name}_mask`;
        yield { kind, defect, seed: seeds.integer(2 ** 31), picture: `${kind}/${place}/${name}`, mask };
      }
    };
    yield* series('train/good', train, null);
    yield* series('test/good', good, null);
    for (const defect of surfaces[kind].defects) yield* series(`test/${defect.replaceAll(' ', '_')}`, defective, defect);
  }
}

/** Writes the data set into a folder, in place of an earlier one. Resolves with the number of pictures. */
export async function makeData(folder: string, options: MakeOptions): Promise<number> {
  const { size, signal, onProgress } = options;
  const list = [...wanted(options)];
  // Its own folders alone: whoever names a folder with other things in it keeps them.
  for (const kind of surfaceKinds) await rm(join(folder, kind), { recursive: true, force: true });
  const write = async (path: string, data: Uint8Array, channels: number) => {
    const file = join(folder, `${path}.png`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await encodePng({ data, shape: [size, size, channels] }));
  };
  for (const [i, { kind, defect, seed, picture, mask }] of list.entries()) {
    signal?.throwIfAborted();
    const made = makeSurface(kind, size, seed, defect);
    await write(picture, made.rgb, 3);
    if (mask !== null) await write(mask, made.mask, 1);
    onProgress?.(i + 1, list.length);
  }
  return list.length;
}
