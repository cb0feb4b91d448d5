// BTAD: train/ok, test/ok, test/ko, ground_truth/ko/<name>.png.
import { openCategories } from './good-and-defects.ts';
import type { Layout } from './layout.ts';

/** Mishra et al., "VT-ADL", ISIE 2021: products 01, 02 and 03, the root being one of them or the folder around them. */
export const btad: Layout = {
  name: 'btad',
  shape: 'train/ok, test/ok, test/ko, ground_truth/ko/<name>.png (BTAD), or a folder of such products',
  open: (root) => openCategories(root, 'ok'),
};
