import * as E from 'fp-ts/lib/Either.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { type TargetError, targetError } from '../objective.js';

const isTensor = (value: unknown): value is HostTensor =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value;

/** The targets of images in host memory: labels or distributions, alone or with a weight for each image. */
export interface HostClassTarget {
  readonly classes: HostTensor;
  readonly weights: HostTensor | undefined;
}

/** Splits a target into classes and weights; undefined if it has neither form. */
export const hostClassTarget = (target: unknown): HostClassTarget | undefined => {
  if (isTensor(target)) return { classes: target, weights: undefined };
  if (typeof target !== 'object' || target === null || !('classes' in target && 'weights' in target)) return undefined;
  const { classes, weights } = target;
  return isTensor(classes) && isTensor(weights) ? { classes, weights } : undefined;
};

/** Distributions add up to 1 within this: float32 sums of 10,000 classes are off by less. */
const TOLERANCE = 1e-3;

const wrongLabel = (labels: HostTensor, classes: number): TargetError | undefined => {
  const at = labels.data.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  return at === -1
    ? undefined
    : targetError(
        `label ${at} of the batch`,
        `a class in 0…${classes - 1}`,
        String(labels.data[at]),
        'Check the labels, or the number of classes of the objective.',
      );
};

const wrongDistribution = ({ data, shape }: HostTensor, classes: number): TargetError | undefined => {
  const advice = 'Give each image probabilities that add up to 1.';
  for (let image = 0; image < (shape[0] ?? 0); image++) {
    const row = Array.from(data.subarray(image * classes, (image + 1) * classes));
    const total = row.reduce((sum, value) => sum + value, 0);
    if (row.some((value) => !(value >= 0)) || Math.abs(total - 1) > TOLERANCE)
      return targetError(
        `the distribution of image ${image} of the batch`,
        'probabilities with sum 1',
        `sum ${total}`,
        advice,
      );
  }
  return undefined;
};

const wrongWeights = (weights: HostTensor | undefined, batch: number): TargetError | undefined => {
  if (weights === undefined) return undefined;
  const advice = 'Give one weight per image, 0 or more.';
  if (weights.shape.length !== 1 || weights.shape[0] !== batch)
    return targetError('the weights of the batch', `shape [${batch}]`, `[${weights.shape}]`, advice);
  const at = weights.data.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  return at === -1
    ? undefined
    : targetError(`weight ${at} of the batch`, 'a finite number, 0 or more', String(weights.data[at]), advice);
};

/** Checks labels or distributions over `classes`, and weights. */
export const checkClassTarget =
  (classes: number) =>
  (target: unknown): E.Either<TargetError, void> => {
    const found = hostClassTarget(target);
    const wanted = `int32 labels [batch] or float32 distributions [batch, ${classes}]`;
    const advice = 'Weights go beside them: { classes, weights }.';
    if (found === undefined) return E.left(targetError('the target of the batch', wanted, typeof target, advice));
    const { classes: tensor, weights } = found;
    const [batch = 0, width] = tensor.shape;
    const isLabels = tensor.shape.length === 1 && tensor.dtype === 'int32';
    const isDistribution = tensor.shape.length === 2 && width === classes && tensor.dtype === 'float32';
    if (!isLabels && !isDistribution)
      return E.left(targetError('the target of the batch', wanted, `${tensor.dtype} [${tensor.shape}]`, advice));
    const wrong =
      (isLabels ? wrongLabel(tensor, classes) : wrongDistribution(tensor, classes)) ?? wrongWeights(weights, batch);
    return wrong === undefined ? E.right(undefined) : E.left(wrong);
  };
