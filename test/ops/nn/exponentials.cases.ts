// Exponentials, logarithms, sine and cosine.
import { alike, away } from '../../support/elementwise-cases.ts';

const aboveMinusOne = away(-0.8, 3);

export default [
  alike('exp', { x: 'normal' }, ([x]) => Math.exp(x), { twice: true, bench: true }),
  alike('expm1', { x: 'normal' }, ([x]) => Math.expm1(x), { twice: true, bench: true }),
  alike('expm1Grad', { y: 'normal', dy: 'normal' }, ([y, dy]) => dy * (y + 1), { twice: true }),
  alike('log', { x: 'positive' }, ([x]) => Math.log(x), { twice: true, bench: true }),
  alike('log1p', { x: aboveMinusOne }, ([x]) => Math.log1p(x), { twice: true, bench: true }),
  alike('log1pGrad', { x: aboveMinusOne, dy: 'normal' }, ([x, dy]) => dy / (1 + x), { twice: true }),
  alike('sin', { x: away(-9, 9) }, ([x]) => Math.sin(x), { twice: true, bench: true }),
  alike('cos', { x: away(-9, 9) }, ([x]) => Math.cos(x), { twice: true }),
];
