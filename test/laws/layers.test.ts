/** The laws of every layer and combinator. */
import { describe, test } from 'vitest';
import { layerLaws } from '../../src/laws/index.js';
import { engineTable } from '../support/engine-table.js';
import { layerTable } from '../support/layer-table.js';

const engines = engineTable.map(([, make]) => make);

describe.each(layerTable)('%s', (_, layer, input) => {
  for (const law of layerLaws({ layer, input }, { engines })) test(law.name, () => law.check());
});
