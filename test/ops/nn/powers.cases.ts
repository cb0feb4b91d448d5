// Squares, roots and general powers.
import { alike, away, broadcasting } from '../../support/elementwise-cases.ts';

const exponents = [{ exponent: 0.7 }, { exponent: 2 }, { exponent: 3 }, { exponent: -1.5 }, { exponent: 0 }, { exponent: 1 }];
const derivative = (x: number, exponent: number) => (exponent === 0 ? 0 : exponent * x ** (exponent - 1));

export default [
  alike('square', { x: 'normal' }, ([x]) => x * x, { twice: true }),
  alike('squareGrad', { x: 'normal', dy: 'normal' }, ([x, dy]) => 2 * x * dy, { twice: true }),
  // Its square, which the check of second gradients is about, has none; sqrtGrad's cases check them.
  alike('sqrt', { x: 'positive' }, ([x]) => Math.sqrt(x), { bench: true }),
  alike('sqrtGrad', { y: 'positive', dy: 'normal' }, ([y, dy]) => dy / (2 * y), { twice: true }),
  alike('rsqrt', { x: 'positive' }, ([x]) => 1 / Math.sqrt(x), { twice: true }),
  alike('rsqrtGrad', { y: 'positive', dy: 'normal' }, ([y, dy]) => (-dy * y ** 3) / 2, { twice: true }),
  broadcasting('pow', ['positive', 'normal'], (a, b) => a ** b, { twice: true }),
  alike('powScalar', { x: 'positive' }, ([x], { exponent }) => x ** exponent, { twice: true, attrs: exponents, bench: true }),
  alike('powScalar', { x: away(-2, 2, 0) }, ([x], { exponent }) => x ** exponent, { twice: true, attrs: [{ exponent: 3 }, { exponent: 5 }, { exponent: -2 }] }),
  alike('powScalarGrad', { x: 'positive', dy: 'normal' }, ([x, dy], { exponent }) => derivative(x, exponent) * dy, { twice: true, attrs: exponents }),
];
