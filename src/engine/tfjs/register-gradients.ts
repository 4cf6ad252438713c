import { registerCorrectedGradients } from './corrected-gradients.js';
import { registerZeroGradients } from './zero-gradients.js';

let isDone = false;

/** Registers the gradients that tfjs lacks or has wrong. Once: the registry of tfjs is global. */
export const registerGradients = (): void => {
  if (isDone) return;
  isDone = true;
  registerZeroGradients();
  registerCorrectedGradients();
};
