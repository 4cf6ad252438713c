import type fc from 'fast-check';
import type { EngineOptions } from '../internal/engines.js';
import type { Law } from '../law.js';
import { batchIsIndependent } from './batch.js';
import { survivesACheckpoint } from './checkpoint.js';
import { macsAreDeclared } from './costs.js';
import { initRefusesWithAValue, outputIsDeclared, parametersAreDeclared } from './declarations.js';
import { argumentsAreUntouched, drawsAreDeclared, evaluationDrawsNothing, sameKeySameBits } from './draws.js';
import { enginesAgree } from './engines.js';
import { gradientsAreRight } from './gradients.js';
import { noTensorIsLeft } from './memory.js';
import { stateIsUpdated } from './state.js';
import { casesOf, type LayerSubject } from './subject.js';

/**
 * What this library demands of every layer, its own included. `given` is a layer with an input, or an arbitrary of them. A law that a
 * layer breaks on purpose can be left out by its name.
 *
 * @example
 * const input = shape(['batch', 'feature'], [2, 6]);
 * for (const law of layerLaws({ layer: linear(4), input })) await law.check();
 */
export const layerLaws = (
  given: LayerSubject | fc.Arbitrary<LayerSubject>,
  options: EngineOptions = {},
): readonly Law[] => {
  const cases = casesOf(given);
  return [
    outputIsDeclared(cases),
    parametersAreDeclared(cases),
    macsAreDeclared(cases),
    initRefusesWithAValue(cases),
    gradientsAreRight(cases),
    sameKeySameBits(cases),
    drawsAreDeclared(cases),
    evaluationDrawsNothing(cases),
    argumentsAreUntouched(cases),
    stateIsUpdated(cases),
    noTensorIsLeft(cases),
    batchIsIndependent(cases),
    enginesAgree(cases, options),
    survivesACheckpoint(cases),
  ];
};
