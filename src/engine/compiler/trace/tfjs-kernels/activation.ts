import type { FusedConv2DAttrs } from '@tensorflow/tfjs-core';
import { refusal } from '../../../internal/refusal.js';
import type { Builder } from '../../graph/builder.js';
import { binary, unary } from '../../graph/elementwise.js';
import type { Node } from '../../graph/node.js';
import type { Call } from './tfjs-kernel.js';
import { elu, leaky, relu, relu6 } from './unary.js';

const activations: Readonly<Record<string, (graph: Builder, x: Node) => Node>> = {
  linear: (_, x) => x,
  relu,
  relu6,
  elu,
  sigmoid: (graph, x) => unary(graph, 'Sigmoid', x),
};

/** What a fused kernel of tfjs does after its product or convolution: adds a bias, then applies an activation. */
export const finished = <A extends Partial<Pick<FusedConv2DAttrs, 'activation' | 'leakyreluAlpha'>>>(
  { graph, input, optionalInput, attributes }: Call<A>,
  product: Node,
): Node => {
  const bias = optionalInput('bias');
  const x = bias === undefined ? product : binary(graph, 'Add', product, bias);
  const name = attributes.activation ?? 'linear';
  if (name === 'prelu') return leaky(graph, x, input('preluActivationWeights'));
  if (name === 'leakyrelu') return leaky(graph, x, graph.splat(attributes.leakyreluAlpha ?? 0.2, [], 'float32'));
  const activation = activations[name];
  if (activation === undefined)
    throw refusal('unknown-kernel', `the compiler does not support the activation '${name}'`);
  return activation(graph, x);
};
