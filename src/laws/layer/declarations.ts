/** A layer gives what it declares: its output, its parameters, or a refusal. */
import { memory, type Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { type Shape, showShape } from '../../core/axes.js';
import { evaluation, training } from '../../core/context.js';
import { type Declaration, initialize } from '../../core/declaration.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { hostTensorProblem } from '../../core/host-tensor-problem.js';
import { checkNames } from '../../core/internal/names.js';
import { key } from '../../core/key.js';
import { entries, showPath } from '../../core/tree.js';
import { differingLeaf, onCpu, showSizes, tensorOf, tensorsOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

const outputProblem = ({ layer, declaration, params, x, drawKey }: Sample): Problem => {
  const { axes, sizes } = declaration.output;
  if (axes.length !== sizes.length)
    return `the declared output has the axes [${axes.join(', ')}] but ${sizes.length} sizes`;
  for (const context of [training(drawKey), evaluation]) {
    const output: Tensor = layer.apply(tensorsOf(params), tensorOf(x), context);
    const got = output.shape;
    if (got.length !== sizes.length || got.some((size, i) => size !== sizes[i]))
      return `init declares the output ${showShape(declaration.output)}, but apply returns ${showSizes(got)} in mode '${context.mode}'`;
  }
  return undefined;
};

/** The output that `apply` returns has the sizes that `init` declares. */
export const outputIsDeclared = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'apply returns the output that init declares',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => outputProblem(sample))),
    lookAt: 'the output that init passes to declare, and the last operations of apply',
    runs: 3,
  });

const asText = ({ output, macs, draws }: Declaration<unknown>): string => JSON.stringify({ output, macs, draws });

const parametersProblem = ({ layer, input, seed }: LayerCase, { declaration }: Sample): Problem => {
  const { numTensors } = memory();
  const again = layer.init(input);
  if (memory().numTensors !== numTensors) return `init makes ${memory().numTensors - numTensors} tensors`;
  if (again._tag === 'Left') return `init gives another result for the same input: ${again.left.message}`;
  const sameLeaves = differingLeaf(again.right.params, declaration.params);
  if (sameLeaves !== undefined || asText(again.right) !== asText(declaration))
    return `init gives another declaration for the same input: ${sameLeaves ?? asText(again.right)}`;
  if (!(Number.isFinite(declaration.macs) && declaration.macs >= 0))
    return `init declares ${declaration.macs} multiply-accumulates`;
  const names = checkNames(declaration.params);
  if (names._tag === 'Left') return `a parameter has a name that no path can have: ${names.left.message}`;
  const drawn = initialize(key(seed))(declaration.params);
  for (const [path, leaf] of entries<HostTensor>(drawn)) {
    const problem = hostTensorProblem(leaf);
    if (problem !== undefined) return `the initial parameter ${showPath(path)} ${problem}`;
    if (!leaf.data.every(Number.isFinite))
      return `the initial parameter ${showPath(path)} has numbers that are not finite`;
  }
  const different = differingLeaf(drawn, declaration.params);
  return different === undefined
    ? undefined
    : `an initializer gives another tensor than its parameter declares: ${different}`;
};

/** `init` is pure and makes no tensor; the initializers give finite numbers of the declared sizes and types. */
export const parametersAreDeclared = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'the initial parameters are those that init declares',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => parametersProblem(given, sample))),
    lookAt: 'the parameters that init passes to declare, and their initializers',
    runs: 3,
  });

/** Inputs that a layer may well refuse. */
const unusual = ({ axes, sizes }: Shape): readonly Shape[] => [
  { axes: [], sizes: [] },
  { axes: axes.slice(1), sizes: sizes.slice(1) },
  { axes: ['batch', ...axes], sizes: [2, ...sizes] },
  { axes, sizes: sizes.slice(1) },
  ...[0, -1, 0.5, Number.NaN].map((size) => ({
    axes,
    sizes: sizes.map((own, i) => (i === sizes.length - 1 ? size : own)),
  })),
];

/** Whatever `init` is given, it returns a declaration or a `ShapeError`; it does not throw. */
export const initRefusesWithAValue = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'init refuses with a ShapeError and never throws',
    cases,
    problemOf: ({ layer, input }) => {
      for (const shape of unusual(input)) {
        try {
          const declared = layer.init(shape);
          if (declared._tag === 'Left' && (declared.left._tag !== 'ShapeError' || declared.left.message === ''))
            return `for the input ${showShape(shape)} the error is not a ShapeError with a message: ${JSON.stringify(declared.left)}`;
        } catch (thrown) {
          return `for the input ${showShape(shape)} init throws: ${thrown}`;
        }
      }
      return undefined;
    },
    lookAt: 'init: expectAxes and ensure check an input and return a ShapeError',
    runs: 1,
  });
