// MVTec AD: train/good, test/<kind>, ground_truth/<kind>/<name>_mask.png; MPDD and converted VisA have the same shape.
import { openCategories } from './good-and-defects.ts';
import type { Layout } from './layout.ts';

/**
 * Bergmann et al., "MVTec AD", CVPR 2019; MPDD (Jezek et al. 2021) and others follow it. Masks may also bear the picture's own
 * name. The root is a category or a folder of categories.
 */
export const mvtec: Layout = {
  name: 'mvtec',
  shape: 'train/good, test/<kind>, ground_truth/<kind>/<name>_mask.png (MVTec AD, MPDD), or a folder of such categories',
  open: (root) => openCategories(root, 'good'),
};
