import type { ClipByValueAttrs, EluGradInputs, LeakyReluAttrs, StepAttrs } from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import { binary, cast, select, unary } from '../../graph/elementwise.js';
import type { Node, Unary } from '../../graph/node.js';
import { type Kernel, type Kernels, kernel } from './kernel.js';

/** A formula in one number. */
type Formula = (graph: Builder, x: Node) => Node;

const constant = (graph: Builder, like: Node, value: number): Node => graph.splat(value, [], like.dtype);

// As in tfjs, what has no meaning on whole numbers is computed in float32.
const floating =
  (formula: Formula): Kernel =>
  ({ graph, inputs: [x] }) =>
    formula(graph, cast(graph, x!, 'float32'));

const keeping =
  (formula: Formula): Kernel =>
  ({ graph, inputs: [x] }) =>
    formula(graph, x!);

const simple =
  (op: Unary): Formula =>
  (graph, x) =>
    unary(graph, op, x);

// Whole numbers are round already.
const rounding = (op: Unary): Kernel => keeping((graph, x) => (x.dtype === 'float32' ? unary(graph, op, x) : x));

/** The rectifier, for each type. */
export const relu: Formula = (graph, x) =>
  x.dtype === 'float32' ? unary(graph, 'Relu', x) : binary(graph, 'Maximum', x, constant(graph, x, 0));

/** Between two bounds. */
const clip = (graph: Builder, x: Node, low: number, high: number): Node =>
  binary(graph, 'Minimum', binary(graph, 'Maximum', x, constant(graph, x, low)), constant(graph, x, high));

export const relu6: Formula = (graph, x) => clip(graph, x, 0, 6);

/** The exponential less one, exact near zero: exp(x) - 1 = tanh(x / 2) (exp(x) + 1). */
const expm1: Formula = (graph, x) => {
  const half = unary(graph, 'Tanh', binary(graph, 'Multiply', x, constant(graph, x, 0.5)));
  return binary(graph, 'Multiply', half, binary(graph, 'Add', unary(graph, 'Exp', x), constant(graph, x, 1)));
};

/**
 * The logarithm of 1 + x, exact near zero (Kahan): with u = 1 + x rounded, x log(u) / (u - 1) makes good for the rounding;
 * where u = 1 it is x, and above 1 the rounding does not matter.
 */
const log1p: Formula = (graph, x) => {
  const one = constant(graph, x, 1);
  const u = binary(graph, 'Add', x, one);
  const log = unary(graph, 'Log', u);
  const corrected = binary(graph, 'Divide', binary(graph, 'Multiply', log, x), binary(graph, 'Subtract', u, one));
  const small = select(graph, binary(graph, 'Equal', u, one), x, corrected);
  return select(graph, binary(graph, 'Greater', x, one), log, small);
};

export const elu: Formula = (graph, x) =>
  select(graph, binary(graph, 'GreaterOrEqual', x, constant(graph, x, 0)), x, expm1(graph, x));

// Klambauer et al., "Self-normalizing neural networks", 2017.
const SELU_ALPHA = 1.7580993408473768;
const SELU_SCALE = 1.0507009873554805;

const selu: Formula = (graph, x) => {
  const positive = binary(graph, 'Multiply', x, constant(graph, x, SELU_SCALE));
  const negative = binary(graph, 'Multiply', expm1(graph, x), constant(graph, x, SELU_ALPHA));
  return select(graph, binary(graph, 'GreaterOrEqual', x, constant(graph, x, 0)), positive, negative);
};

/** `x` where it is not negative, else `slope * x`. */
export const leaky = (graph: Builder, x: Node, slope: Node): Node =>
  select(graph, binary(graph, 'Less', x, constant(graph, x, 0)), binary(graph, 'Multiply', x, slope), x);

const isInfinite: Formula = (graph, x) =>
  binary(graph, 'Equal', unary(graph, 'Absolute', x), constant(graph, x, Number.POSITIVE_INFINITY));

const step = (graph: Builder, x: Node, alpha: number): Node => {
  const [zero, one] = [0, 1].map((value) => constant(graph, x, value)) as [Node, Node];
  const value = select(graph, binary(graph, 'Greater', x, zero), one, constant(graph, x, alpha));
  return x.dtype === 'float32' ? select(graph, unary(graph, 'IsNan', x), x, value) : value;
};

export const unaryKernels: Kernels = {
  Abs: keeping(simple('Absolute')),
  Acos: floating(simple('ArcCosine')),
  Acosh: floating(simple('HyperbolicArcCosine')),
  Asin: floating(simple('ArcSine')),
  Asinh: floating(simple('HyperbolicArcSine')),
  Atan: floating(simple('ArcTangent')),
  Atanh: floating(simple('HyperbolicArcTangent')),
  Ceil: rounding('Ceiling'),
  ClipByValue: kernel<ClipByValueAttrs>(({ graph, inputs: [x], attributes: { clipValueMin, clipValueMax } }) =>
    clip(graph, x!, clipValueMin, clipValueMax),
  ),
  Cos: floating(simple('Cosine')),
  Cosh: floating(simple('HyperbolicCosine')),
  Elu: floating(elu),
  EluGrad: ({ graph, input }) => {
    const [dy, y] = (['dy', 'y'] satisfies (keyof EluGradInputs)[]).map(input) as [Node, Node];
    const slope = binary(graph, 'Add', y, constant(graph, y, 1));
    const negative = binary(graph, 'Multiply', dy, slope);
    return select(graph, binary(graph, 'GreaterOrEqual', y, constant(graph, y, 0)), dy, negative);
  },
  Erf: floating(simple('Erf')),
  Exp: floating(simple('Exp')),
  Expm1: floating(expm1),
  Floor: rounding('Floor'),
  IsFinite: floating((graph, x) => {
    const nan = unary(graph, 'IsNan', x);
    return unary(graph, 'Not', binary(graph, 'Or', nan, isInfinite(graph, x)));
  }),
  IsInf: floating(isInfinite),
  IsNan: floating(simple('IsNan')),
  LeakyRelu: kernel<LeakyReluAttrs>(({ graph, inputs: [x], attributes: { alpha } }) => {
    const number = cast(graph, x!, 'float32');
    return leaky(graph, number, constant(graph, number, alpha));
  }),
  Log: floating(simple('Log')),
  Log1p: floating(log1p),
  Neg: keeping(simple('Negate')),
  Reciprocal: floating(simple('Reciprocal')),
  Relu: keeping(relu),
  Relu6: keeping(relu6),
  Round: rounding('Round'),
  Rsqrt: floating((graph, x) => unary(graph, 'Reciprocal', unary(graph, 'SquareRoot', x))),
  Selu: floating(selu),
  Sigmoid: floating(simple('Sigmoid')),
  Sign: keeping(simple('Sign')),
  Sin: floating(simple('Sine')),
  Sinh: floating(simple('HyperbolicSine')),
  Softplus: floating(simple('Softplus')),
  Sqrt: floating(simple('SquareRoot')),
  Square: keeping((graph, x) => binary(graph, 'Multiply', x, x)),
  Step: kernel<StepAttrs>(({ graph, inputs: [x], attributes: { alpha } }) => step(graph, x!, alpha)),
  Tan: floating(simple('Tangent')),
  Tanh: floating(simple('Tanh')),
};
