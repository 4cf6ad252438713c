/** A layer costs what it declares. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { evaluation } from '../../core/context.js';
import { leastAndMostMacs } from '../../engine/compiler/graph/graph.js';
import { traceGraph } from '../../engine/compiler/trace/trace.js';
import { onCpu } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import type { Arguments } from './in-training.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

const macsProblem = ({ layer, declaration, params, x }: Sample): Problem => {
  const f = (given: Arguments): Tensor => layer.apply(given.params, given.x, evaluation);
  // A trace needs shapes alone, so the arguments stay in host memory.
  const traced = traceGraph<Arguments, Tensor>(f, { params: params ?? {}, x });
  if (traced._tag === 'Left') return `apply cannot be traced (${traced.left.kind}): ${traced.left.message}`;
  const [least, most] = leastAndMostMacs(traced.right);
  if (declaration.macs >= least && declaration.macs <= most) return undefined;
  const counted = least === most ? `${most}` : `${least}, or ${most} with those by constants`;
  return `init declares ${declaration.macs} macs, but the matrix products and convolutions of apply have ${counted}`;
};

/** The multiply-accumulates that `init` declares are those of the matrix products and convolutions of `apply`, where those by constants need not count. */
export const macsAreDeclared = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'the macs that init declares are those of apply',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => macsProblem(sample))),
    lookAt:
      'the macs that init passes to declare: those of the whole batch, 0 without matrix products and convolutions',
    runs: 2,
  });
