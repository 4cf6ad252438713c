import type { ClipByValueAttrs, LeakyReluAttrs, StepAttrs } from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import { binary, cast, select, unary } from '../../graph/elementwise.js';
import type { Node, Unary } from '../../graph/node.js';
import { ofOneInput, type TfjsKernel, type TfjsKernels } from './tfjs-kernel.js';

/** Builds a function of one node. */
type Formula = (graph: Builder, x: Node) => Node;

const constant = (graph: Builder, like: Node, value: number): Node => graph.splat(value, [], like.dtype);

// As in tfjs, functions that are not defined on integers compute in float32.
const inFloat32 = (formula: Formula): TfjsKernel => ofOneInput((graph, x) => formula(graph, cast(graph, x, 'float32')));

const simple =
  (op: Unary): Formula =>
  (graph, x) =>
    unary(graph, op, x);

// Rounding leaves integers unchanged.
const rounding = (op: Unary): TfjsKernel => ofOneInput((graph, x) => (x.dtype === 'float32' ? unary(graph, op, x) : x));

/** The rectifier, for every type. */
export const relu: Formula = (graph, x) =>
  x.dtype === 'float32' ? unary(graph, 'Relu', x) : binary(graph, 'Maximum', x, constant(graph, x, 0));

/** Limits values to a range. */
const clip = (graph: Builder, x: Node, low: number, high: number): Node =>
  binary(graph, 'Minimum', binary(graph, 'Maximum', x, constant(graph, x, low)), constant(graph, x, high));

export const relu6: Formula = (graph, x) => clip(graph, x, 0, 6);

/** exp(x) - 1, accurate near zero: tanh(x / 2) (exp(x) + 1). */
const expm1: Formula = (graph, x) => {
  const half = unary(graph, 'Tanh', binary(graph, 'Multiply', x, constant(graph, x, 0.5)));
  return binary(graph, 'Multiply', half, binary(graph, 'Add', unary(graph, 'Exp', x), constant(graph, x, 1)));
};

/**
 * log(1 + x), accurate near zero (Kahan): with u = 1 + x rounded, x log(u) / (u - 1) corrects the rounding. Where u = 1 the
 * result is x; for x > 1 the rounding does not matter.
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
  const [zero, one] = [constant(graph, x, 0), constant(graph, x, 1)];
  const value = select(graph, binary(graph, 'Greater', x, zero), one, constant(graph, x, alpha));
  return x.dtype === 'float32' ? select(graph, unary(graph, 'IsNan', x), x, value) : value;
};

export const unaryKernels: TfjsKernels = {
  Abs: ofOneInput(simple('Absolute')),
  Acos: inFloat32(simple('ArcCosine')),
  Acosh: inFloat32(simple('HyperbolicArcCosine')),
  Asin: inFloat32(simple('ArcSine')),
  Asinh: inFloat32(simple('HyperbolicArcSine')),
  Atan: inFloat32(simple('ArcTangent')),
  Atanh: inFloat32(simple('HyperbolicArcTangent')),
  Ceil: rounding('Ceiling'),
  ClipByValue: ofOneInput<ClipByValueAttrs>((graph, x, { clipValueMin, clipValueMax }) =>
    clip(graph, x, clipValueMin, clipValueMax),
  ),
  Cos: inFloat32(simple('Cosine')),
  Cosh: inFloat32(simple('HyperbolicCosine')),
  Elu: inFloat32(elu),
  EluGrad: ({ graph, input }) => {
    const [dy, y] = [input('dy'), input('y')];
    const slope = binary(graph, 'Add', y, constant(graph, y, 1));
    const negative = binary(graph, 'Multiply', dy, slope);
    return select(graph, binary(graph, 'GreaterOrEqual', y, constant(graph, y, 0)), dy, negative);
  },
  Erf: inFloat32(simple('Erf')),
  Exp: inFloat32(simple('Exp')),
  Expm1: inFloat32(expm1),
  Floor: rounding('Floor'),
  IsFinite: inFloat32((graph, x) => {
    const nan = unary(graph, 'IsNan', x);
    return unary(graph, 'Not', binary(graph, 'Or', nan, isInfinite(graph, x)));
  }),
  IsInf: inFloat32(isInfinite),
  IsNan: inFloat32(simple('IsNan')),
  LeakyRelu: ofOneInput<LeakyReluAttrs>((graph, x, { alpha }) => {
    const number = cast(graph, x, 'float32');
    return leaky(graph, number, constant(graph, number, alpha));
  }),
  Log: inFloat32(simple('Log')),
  Log1p: inFloat32(log1p),
  Neg: ofOneInput(simple('Negate')),
  Reciprocal: inFloat32(simple('Reciprocal')),
  Relu: ofOneInput(relu),
  Relu6: ofOneInput(relu6),
  Round: rounding('Round'),
  Rsqrt: inFloat32((graph, x) => unary(graph, 'Reciprocal', unary(graph, 'SquareRoot', x))),
  Selu: inFloat32(selu),
  Sigmoid: inFloat32(simple('Sigmoid')),
  Sign: ofOneInput(simple('Sign')),
  Sin: inFloat32(simple('Sine')),
  Sinh: inFloat32(simple('HyperbolicSine')),
  Softplus: inFloat32(simple('Softplus')),
  Sqrt: inFloat32(simple('SquareRoot')),
  Square: ofOneInput((graph, x) => binary(graph, 'Multiply', x, x)),
  Step: ofOneInput<StepAttrs>((graph, x, { alpha }) => step(graph, x, alpha)),
  Tan: inFloat32(simple('Tangent')),
  Tanh: inFloat32(simple('Tanh')),
};
