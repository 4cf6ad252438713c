/** Import for its effect in tests that compute with tensors: gradients and the pure JavaScript backend. */
import * as tf from '@tensorflow/tfjs';
import { registerGradients } from '../../src/engine/tfjs/register-gradients.js';

await tf.setBackend('cpu');
// tfjs prints an advertisement for tfjs-node at the first tensor on Node.
(tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
// As every engine does.
registerGradients();
