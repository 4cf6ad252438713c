import type { Row } from '../row.js';
import { coreRows } from './core.js';
import { dataRows } from './data.js';
import { engineRows } from './engine.js';
import { experimentRows } from './experiment.js';
import { layerRows } from './layers.js';
import { modelRows } from './models.js';
import { plotRows } from './plot.js';
import { trainRows } from './train.js';

/** The table: every public function that takes data. */
export const rows: readonly Row[] = [
  ...coreRows,
  ...layerRows,
  ...modelRows,
  ...dataRows,
  ...engineRows,
  ...trainRows,
  ...plotRows,
  ...experimentRows,
];

const layersOnly = 'takes layers and functions, which the type checker relates; the laws test it on random layers';
const texts = 'makes an error of texts';
const ofContext = 'takes the context of a layer, which the library makes';
const ofRandom = 'makes an arbitrary of fast-check; test/laws/networks.test.ts';
const ofTrees = 'takes trees of one structure, which the type checker relates; test/core/tree.test.ts';
const ofTrained = 'takes a trained model, which `openRun` and `loadModel` check';

/** Public functions that take no data of the user's, with the reason. */
export const withoutData: Readonly<Record<string, string>> = {
  'core/sizesOf': 'reads the shape of a tensor',
  'core/child': ofContext,
  'core/training': ofContext,
  'core/show': ofContext,
  'core/update': ofContext,
  'core/requireAxes': ofContext,
  'core/requireOption': ofContext,
  'core/requireParameter': ofContext,
  'core/requireThat': ofContext,
  'core/declare': 'puts the parts of a declaration into one record',
  'core/fanOut': layersOnly,
  'core/residual': layersOnly,
  'core/serial': layersOnly,
  'core/sequence': layersOnly,
  'core/mapParams': layersOnly,
  'core/observe': layersOnly,
  'core/customGradient': layersOnly,
  'core/valueAndGrad': layersOnly,
  'core/orThrow': 'throws by its purpose: for programs that end at an error',
  'core/tree.map': ofTrees,
  'core/tree.mapSame': ofTrees,
  'core/tree.leaves': ofTrees,
  'core/tree.entries': ofTrees,
  'core/tree.unflatten': ofTrees,
  'core/tree.unflattenSame': ofTrees,
  'core/tree.zipWith': ofTrees,
  'core/tree.zipSame': ofTrees,
  'core/tree.showPath': ofTrees,
  'core/tree.filter': ofTrees,
  'core/tree.overlay': ofTrees,
  'core/tree.paths': ofTrees,
  'layers/elementwise': layersOnly,
  'train/freeze': 'takes a function of a path; test/train/fine-tuning.test.ts',
  'train/evaluatedParams': 'takes a state, which declareState declares; test/train/fine-tuning.test.ts',
  'experiment/attentionMapper': ofTrained,
  'experiment/decodingOf': ofTrained,
  'experiment/evaluateModel': ofTrained,
  'experiment/node/evaluateRun': ofTrained,
  'experiment/node/evaluationImages': ofTrained,
  'experiment/exportTrained': ofTrained,
  'experiment/node/writeOnnx': ofTrained,
  'experiment/node/predictFiles': ofTrained,
  'engine/countOperations': 'takes a graph, which traceGraph makes; called in its row',
  'engine/flops': 'takes a graph, which traceGraph makes; called in its row',
  'engine/registeredBackends': 'takes nothing',
  'engine/engineError': texts,
  'engine/tensorflow': 'takes one switch; test/engine/tensorflow',
  'data/batchError': texts,
  'data/dataError': texts,
  'data/describeSkipped': 'writes a list of skipped files as text',
  'train/targetError': texts,
  'train/originIn': 'reads fields of checkpoint information, which a codec made',
  'train/paramsIn': 'reads a checkpoint, which a codec made; test/train/averages.test.ts',
  'train/bestEpoch': 'takes the history of a run; test/train/early-stopping.test.ts',
  'train/earlyEnd': 'takes the history of a run; test/train/early-stopping.test.ts',
  'train/balancedWeights': 'reads the labels of a source; test/train/objectives/balanced-weights.test.ts',
  'train/mapMeasured': layersOnly,
  'train/meanMetric': 'takes a function, which the metrics of the objectives are; called in the row of classification',
  'train/measure': 'applies metrics; called in the row of evaluationStep',
  'train/stateless': 'takes a function; called in the row of clipByGlobalNorm',
  'experiment/imageSizeFor': 'takes a decoded configuration and sizes of files that were read',
  'experiment/recipeEpochs': 'takes the number of images that were read',
  'experiment/recipeSize': 'takes sizes of files that were read',
  'experiment/isBest': 'takes the progress of a run',
  'experiment/figuresOf': 'takes a prepared experiment and what trainModel returned; test/experiment/figures.test.ts',
  'experiment/figureIndex': 'takes a prepared experiment',
  'experiment/isTested': 'takes what trainModel returned',
  'experiment/resultsOf': 'takes a prepared experiment and what trainModel returned',
  'experiment/reporters': 'takes functions',
  'experiment/runExperiment':
    'takes a prepared experiment, an engine and a store; test/experiment/run-experiment.test.ts',
  'experiment/trainingMemory': 'takes a decoded configuration and an engine; test/cli/summary.test.ts',
  'experiment/trainModel': 'takes a prepared experiment and an engine; test/experiment/run-experiment.test.ts',
  'experiment/memoryStore': 'takes a name to show',
  'experiment/node/folderStore':
    'takes a path, whose faults its functions return; test/experiment/folder-store.test.ts',
  'experiment/node/defaultRunPath': 'takes a date',
  'laws/layerLaws': 'takes a layer; test/laws/broken-layers.test.ts',
  'laws/optimizerLaws': 'takes an optimizer; test/laws/broken-optimizers.test.ts',
  'laws/linkLaws': 'takes a link; test/laws/optimizers.test.ts',
  'laws/scheduleLaws': 'takes a schedule; test/laws/broken-optimizers.test.ts',
  'laws/metricLaws': 'takes a metric; test/laws/broken-metrics.test.ts',
  'laws/transformLaws': 'takes a transform; test/laws/broken-transforms.test.ts',
  'laws/arbitrary.key': ofRandom,
  'laws/arbitrary.shape': ofRandom,
  'laws/arbitrary.layer': ofRandom,
  'laws/arbitrary.network': ofRandom,
  'laws/arbitrary.part': ofRandom,
};
