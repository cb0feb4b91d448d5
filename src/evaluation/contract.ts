// The JSON that scripts rely on: names and shape never change.
import type { CategoryEvaluation, Estimate, Evaluation } from './evaluation.ts';

/** Of one category, or of the mean. null stands for what could not be computed, such as an AUROC without abnormal pictures. */
export interface EvaluationNumbers {
  /** Pictures that were scored and counted; of the mean, those of all categories. */
  readonly images: number;
  readonly image: { readonly auroc: number | null; readonly ap: number | null; readonly f1Max: number | null };
  /** null where no mask is known. */
  readonly pixel: { readonly auroc: number | null; readonly ap: number | null; readonly aupro: number | null; readonly aupimo: number | null } | null;
  /** Seconds of scoring, reading included; of the mean, those of all categories. */
  readonly seconds: number;
}

/** What `blemish evaluate --json` prints. */
export type EvaluationContract = EvaluationNumbers | { readonly categories: Readonly<Record<string, EvaluationNumbers>>; readonly mean: EvaluationNumbers };

const numberOf = (estimate: Estimate | null): number | null => estimate?.value ?? null;

function numbersOf({ pictures, image, pixel, seconds }: CategoryEvaluation): EvaluationNumbers {
  return {
    images: pictures.length,
    image: { auroc: numberOf(image.auroc), ap: numberOf(image.ap), f1Max: numberOf(image.f1Max) },
    pixel: pixel && { auroc: numberOf(pixel.auroc), ap: numberOf(pixel.ap), aupro: numberOf(pixel.aupro), aupimo: numberOf(pixel.aupimo) },
    seconds,
  };
}

/** What `blemish evaluate --json` prints: one object for a single category, else one for each by name, and their mean. */
export function toContract({ categories, mean }: Evaluation): EvaluationContract {
  if (!mean) return numbersOf(categories[0]);
  const { image, pixel } = mean;
  const total = (of: (category: CategoryEvaluation) => number) => categories.reduce((sum, category) => sum + of(category), 0);
  return {
    categories: Object.fromEntries(categories.map((category) => [category.name, numbersOf(category)])),
    mean: {
      images: total((category) => category.pictures.length),
      image: { auroc: image.auroc, ap: image.ap, f1Max: image.f1Max },
      pixel: pixel && { auroc: pixel.auroc, ap: pixel.ap, aupro: pixel.aupro, aupimo: pixel.aupimo },
      seconds: total((category) => category.seconds),
    },
  };
}
