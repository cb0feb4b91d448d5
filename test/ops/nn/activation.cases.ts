// Activations and their gradients. Where a closed form would only repeat the kernel, differences stand in for it.
import type { OpName } from '../../../src/autograd/define-op.ts';
import type { Attrs, OpCases } from '../../support/cases.ts';
import { alike, away } from '../../support/elementwise-cases.ts';
import { normalCdf } from '../../support/special.ts';

type Formula = (x: number, attrs: Attrs) => number;
type Range = Parameters<typeof alike>[1][string];
const sigma = (x: number) => 1 / (1 + Math.exp(-x));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const wide = away(-6, 6);

/** Derivative by four points, error of order h⁴: an opinion of its own on closed forms. */
const derivative = (f: (x: number) => number, x: number, h = 1e-3) => (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);

/** A function whose gradient is taken at the operand; `flat` where it is piecewise linear, `once` where it has no third derivative. */
function atOperand(op: OpName, range: Range, value: Formula, slope: Formula, rest: { attrs?: Attrs[]; flat?: boolean; once?: boolean } = {}): OpCases[] {
  const { attrs, flat, once } = rest;
  return [
    alike(op, { x: range }, ([x], a) => value(x, a), { twice: true, attrs, bench: true }),
    alike(`${op}Grad` as OpName, { x: range, dy: 'normal' }, ([x, dy], a) => slope(x, a) * dy, {
      twice: !once,
      attrs,
      bench: true,
      ...(flat && { differentiate: ['dy'] }),
    }),
  ];
}

/** A function whose gradient is taken at the result. */
function atResult(op: OpName, range: Range, value: Formula, results: Range, slope: Formula, attrs?: Attrs[], flat = false): OpCases[] {
  return [
    alike(op, { x: range }, ([x], a) => value(x, a), { twice: true, attrs, bench: true }),
    alike(`${op}Grad` as OpName, { y: results, dy: 'normal' }, ([y, dy], a) => slope(y, a) * dy, {
      twice: true,
      attrs,
      ...(flat && { differentiate: ['dy'] }),
    }),
  ];
}

const tanhGate = (x: number) => 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const gelu: Formula = (x, { form }) => x * (form === 'exact' ? normalCdf(x) : tanhGate(x));
const geluSlope: Formula = (x, a) => (a.form === 'exact' ? normalCdf(x) + x * density(x) : derivative((t) => gelu(t, a), x));
const geluCurvature: Formula = (x, a) => (a.form === 'exact' ? density(x) * (2 - x * x) : derivative((t) => derivative((u) => gelu(u, a), t), x));
const forms = [{}, { form: 'tanh' }];
const silu = (x: number) => x * sigma(x);
const siluSlope = (x: number) => sigma(x) * (1 + x * (1 - sigma(x)));
const mish = (x: number) => x * Math.tanh(Math.log1p(Math.exp(x)));
const mishSlope = (x: number) => derivative(mish, x);
const hardSigmoid = (x: number) => Math.min(Math.max(x / 6 + 0.5, 0), 1);
const scale = 1.0507009873554805;
const alpha = 1.6732632423543772;

export default [
  ...atResult(
    'relu',
    'offKinks',
    (x) => Math.max(x, 0),
    away(-2, 2, 0),
    (y) => (y > 0 ? 1 : 0),
    undefined,
    true,
  ),
  ...atResult(
    'relu6',
    away(-3, 9, 0, 6),
    (x) => Math.min(Math.max(x, 0), 6),
    away(-1, 7, 0, 6),
    (y) => (y > 0 && y < 6 ? 1 : 0),
    undefined,
    true,
  ),
  ...atResult(
    'leakyRelu',
    'offKinks',
    (x, { slope }) => (x > 0 ? x : slope * x),
    away(-2, 2, 0),
    (y, { slope }) => (y > 0 ? 1 : slope),
    [{}, { slope: 0.2 }, { slope: 0 }],
    true,
  ),
  ...atResult(
    'elu',
    away(-3, 3, 0),
    (x, a) => (x > 0 ? x : a.alpha * Math.expm1(x)),
    away(-0.9, 2, 0),
    (y, a) => (y > 0 ? 1 : y + a.alpha),
    [{}, { alpha: 0.5 }],
  ),
  ...atResult(
    'selu',
    away(-3, 3, 0),
    (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
    away(-1.7, 2, 0),
    (y) => (y > 0 ? scale : y + scale * alpha),
  ),
  ...atResult('sigmoid', wide, sigma, 'unit', (y) => y * (1 - y)),
  ...atResult('tanh', away(-3, 3), Math.tanh, away(-0.95, 0.95), (y) => 1 - y * y),
  ...atOperand(
    'softplus',
    wide,
    (x, { beta }) => Math.log1p(Math.exp(beta * x)) / beta,
    (x, { beta }) => sigma(beta * x),
    { attrs: [{}, { beta: 2.5 }] },
  ),
  ...atOperand('silu', wide, silu, siluSlope, { once: true }),
  alike('siluCurvature', { x: wide, p: 'normal', q: 'normal' }, ([x, p, q]) => p * q * derivative(siluSlope, x)),
  ...atOperand('gelu', wide, gelu, geluSlope, { attrs: forms, once: true }),
  alike('geluCurvature', { x: wide, p: 'normal', q: 'normal' }, ([x, p, q], a) => p * q * geluCurvature(x, a), { attrs: forms }),
  ...atOperand('mish', wide, mish, mishSlope, { once: true }),
  alike('mishCurvature', { x: wide, p: 'normal', q: 'normal' }, ([x, p, q]) => p * q * derivative(mishSlope, x)),
  ...atOperand('hardSigmoid', away(-5, 5, -3, 3), hardSigmoid, (x) => (Math.abs(x) < 3 ? 1 / 6 : 0), { flat: true }),
  ...atOperand(
    'hardSwish',
    away(-5, 5, -3, 3),
    (x) => x * hardSigmoid(x),
    (x) => (Math.abs(x) < 3 ? x / 3 + 0.5 : x > 0 ? 1 : 0),
  ),
];
