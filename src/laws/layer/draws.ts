/** Randomness comes from the key alone, at the paths that are declared, and only in training. */
import type fc from 'fast-check';
import { type Context, evaluation, training } from '../../core/context.js';
import { drawOnHost } from '../../core/host-draws.js';
import { deferredKey, fold, type Key, type KeyPath, key } from '../../core/key.js';
import type { AnyLayer } from '../../core/layer.js';
import { named } from '../../core/named.js';
import { type Path, showPath } from '../../core/tree.js';
import { allNumbers, differingBits, differingNumber, onCpu, tensorOf, tensorsOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { trained } from './in-training.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

/** A key that records the paths of all draws. */
const watched = (): { readonly key: Key; readonly paths: KeyPath[] } => {
  const paths: KeyPath[] = [];
  const watching = deferredKey((path, distribution, shape) => {
    paths.push(path);
    return tensorOf(drawOnHost({ root: key(1).root, path }, distribution, shape));
  });
  return { key: watching, paths };
};

const pathOf = (path: Path): KeyPath => path.reduce<Key>(fold, key(1)).path;

/** The paths of the draws of a layer in training. */
const drawn = (layer: AnyLayer, params: unknown, { x }: Sample): readonly string[] => {
  const { key: watching, paths } = watched();
  layer.apply(tensorsOf(params), tensorOf(x), training(watching));
  return paths.map((path) => JSON.stringify(path));
};

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const drawsProblem = (sample: Sample): Problem => {
  const { layer, declaration, params } = sample;
  const shown = declaration.draws.map((path) => `'${showPath(path)}'`).join(', ') || 'none';
  const declared = declaration.draws.map((path) => JSON.stringify(pathOf(path)));
  if (new Set(declared).size < declared.length) return `two of the declared draws are equal: ${shown}`;
  const actual = drawn(layer, params, sample);
  if (JSON.stringify(actual.toSorted()) !== JSON.stringify(declared.toSorted()))
    return `init declares ${countOf(declared.length, 'draw')} (${shown}), but apply makes ${countOf(actual.length, 'draw')}${
      actual.length === declared.length ? ', from other keys' : ''
    }`;
  const [one, other] = ['one', 'other'].map((name) => drawn(named(name, layer), { [name]: params }, sample));
  const common = one?.filter((path) => other?.includes(path)) ?? [];
  return common.length === 0 ? undefined : 'the same layer under two names draws the same bits';
};

/** In training a layer draws once from each key that it declares. Under another name it draws other bits. */
export const drawsAreDeclared = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'training draws from the declared keys; other names, other bits',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => drawsProblem(sample))),
    lookAt:
      "the draws that init passes to declare, { draws: [[]] } for one from context.key and [['a']] for one from fold(context.key, 'a'); each draw has a key of its own",
    runs: 2,
  });

/** An evaluation context with a key, which the types exclude, and that counts its uses. */
const guarded = (used: { count: number }): Context => {
  const counted = <A>(value: A): A => {
    used.count++;
    return value;
  };
  const { root, path } = key(0);
  return Object.assign(
    { ...evaluation },
    {
      key: {
        get root() {
          return counted(root);
        },
        get path() {
          return counted(path);
        },
      },
    },
  );
};

const evaluationProblem = ({ layer, params, x }: Sample): Problem => {
  const used = { count: 0 };
  layer.apply(tensorsOf(params), tensorOf(x), guarded(used));
  return used.count === 0 ? undefined : 'apply reads a key in evaluation';
};

/** In evaluation a layer uses no key. */
export const evaluationDrawsNothing = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'evaluation draws nothing',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => evaluationProblem(sample))),
    lookAt: "context.mode in apply: a draw is for the mode 'train' only",
    runs: 1,
  });

const repeatProblem = ({ layer, params, x, drawKey }: Sample): Problem => {
  const inMode = {
    train: () => trained(layer, { params: tensorsOf(params), x: tensorOf(x) }, drawKey),
    eval: () => ({ output: layer.apply(tensorsOf(params), tensorOf(x), evaluation) }),
  };
  for (const [mode, once] of Object.entries(inMode)) {
    const different = differingBits(once(), once());
    if (different !== undefined) return `in mode '${mode}' the second time is another than the first: ${different}`;
  }
  return undefined;
};

/** The same parameters, input and key give the same bits, and the same next state. */
export const sameKeySameBits = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'the same key gives the same bits',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => repeatProblem(sample))),
    lookAt: 'random numbers that do not come from context.key, and state outside of the parameters',
    runs: 2,
  });

const argumentsProblem = ({ layer, params, x, drawKey }: Sample): Problem => {
  const all = { params: tensorsOf(params), x: tensorOf(x) };
  const before = allNumbers(all);
  for (const context of [training(drawKey), evaluation]) {
    layer.apply(all.params, all.x, context);
    if (all.x.isDisposed) return 'apply disposes its input';
    const after = allNumbers(all);
    if (before.some((numbers, i) => differingNumber(after[i] ?? [], numbers) !== undefined))
      return 'apply changes the numbers of its input or of a parameter';
  }
  return undefined;
};

/** `apply` changes neither its input nor its parameters. */
export const argumentsAreUntouched = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'apply leaves its arguments as they are',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => argumentsProblem(sample))),
    lookAt: 'dispose, dataSync and writes to arrays in apply',
    runs: 1,
  });
