// Arithmetic with broadcasting; absolute values, signs and rounding.
import { alike, away, broadcasting } from '../../support/elementwise-cases.ts';

const numbers = [{}, { scale: -2.5, shift: 0.75 }];
const halves = (position: number) => (position - 20) / 4;

export default [
  broadcasting('add', ['normal', 'normal'], (a, b) => a + b, { twice: true }),
  broadcasting('sub', ['normal', 'normal'], (a, b) => a - b, { twice: true }),
  broadcasting('mul', ['normal', 'normal'], (a, b) => a * b, { twice: true }),
  broadcasting('div', ['normal', 'positive'], (a, b) => a / b, { twice: true }),
  alike('neg', { x: 'normal' }, ([x]) => -x, { twice: true }),
  alike('affine', { x: 'normal' }, ([x], { scale, shift }) => scale * x + shift, { twice: true, attrs: numbers, bench: true }),
  alike('reciprocal', { x: 'positive' }, ([x], { numerator }) => numerator / x, { twice: true, attrs: [{}, { numerator: -1.5 }] }),
  alike('reciprocalGrad', { x: 'positive', dy: 'normal' }, ([x, dy], { numerator }) => (-numerator * dy) / x ** 2, {
    twice: true,
    attrs: [{}, { numerator: -1.5 }],
  }),
  alike('abs', { x: away(-2, 2, 0) }, ([x]) => Math.abs(x), { twice: true }),
  alike('absGrad', { x: away(-2, 2, 0), dy: 'normal' }, ([x, dy]) => dy * Math.sign(x), { differentiate: ['dy'], twice: true }),
  alike('sign', { x: halves }, ([x]) => Math.sign(x)),
  alike('floor', { x: halves }, ([x]) => Math.floor(x)),
  alike('ceil', { x: halves }, ([x]) => Math.ceil(x)),
  alike('round', { x: halves }, ([x]) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))),
];
