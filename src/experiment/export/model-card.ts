import { datasets } from '../../data/datasets.js';
import { showSize } from '../../data/image.js';
import type { ImageDecoding } from '../../data/image-decoding.js';
import { wilson } from '../../plot/intervals.js';
import type { ExperimentConfig } from '../config.js';

/** What a model got right on test images: fractions of them. */
export interface TestResult {
  readonly images: number;
  readonly top1: number;
  readonly top5: number;
}

export interface ModelCard {
  readonly title: string;
  readonly classes: readonly string[];
  readonly parameters: number;
  readonly epochs: number;
  readonly decoding: ImageDecoding;
  /** The experiment that the model was trained in, if it is known. */
  readonly config: ExperimentConfig | undefined;
  /** Undefined where nobody tested this model. */
  readonly test: TestResult | undefined;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const accuracy = (name: string, share: number, images: number): string => {
  const { low, high } = wilson(share * images, images);
  return `| ${name} | ${percent(share)} | ${percent(low)} … ${percent(high)} |`;
};

const results = ({ test, classes }: ModelCard): readonly string[] =>
  test === undefined
    ? ['This model has no test result: it was not tested, or it is another epoch than the one that was.']
    : [
        `On ${test.images.toLocaleString('en')} test images:`,
        '',
        '| | accuracy | 95 % interval (Wilson) |',
        '| --- | --: | --: |',
        accuracy('top 1', test.top1, test.images),
        ...(classes.length > 5 ? [accuracy('top 5', test.top5, test.images)] : []),
      ];

const heldBack = ({ validation }: ExperimentConfig): string =>
  validation > 0
    ? ` Of its training images, ${Number((100 * validation).toFixed(1))} % were held back for validation.`
    : '';

const data = ({ config, classes }: ModelCard): string => {
  const names = classes.length > 20 ? `${classes.slice(0, 20).join(', ')} …` : classes.join(', ');
  const source =
    config === undefined
      ? 'TODO: say what it was trained on.'
      : config.images === undefined
        ? `The data set is ${datasets[config.dataset].title.replace(/;.*/, '')}.${heldBack(config)}`
        : 'The data set is a folder of images. TODO: say which, where they come from, and their licence.';
  return `${source} Its ${classes.length} classes: ${names}.`;
};

const recipe = ({ config, epochs }: ModelCard): readonly string[] =>
  config === undefined
    ? [`${epochs} epochs.`]
    : [
        `${epochs} of ${config.epochs} epochs, batch size ${config.batchSize}, seed ${config.seed}. config.json has everything.`,
        '',
        `- optimizer: \`${JSON.stringify(config.optimizer)}\``,
        `- learning rate: \`${JSON.stringify(config.schedule)}\``,
        `- transforms: \`${JSON.stringify(config.transforms)}\``,
      ];

/** The page of a model for a hub, in Markdown; its first lines are the fields that hubs read. */
export const modelCard = (card: ModelCard): string => {
  const { title, parameters, decoding } = card;
  return `${[
    '---',
    'license: other # TODO: choose the licence of the weights',
    'license_name: TODO',
    'library_name: vitrail',
    'pipeline_tag: image-classification',
    'tags: [vision-transformer, image-classification, onnx]',
    '---',
    '',
    `# ${title}`,
    '',
    `A vision transformer of ${parameters.toLocaleString('en')} parameters for images of ${showSize(decoding)}, trained with Vitrail.`,
    '',
    '## Data',
    '',
    data(card),
    '',
    '## Recipe',
    '',
    ...recipe(card),
    '',
    '## Results',
    '',
    ...results(card),
    '',
    '## How to load it',
    '',
    'With Vitrail, on the command line and in Node:',
    '',
    '```sh',
    'npx vitrail predict model.safetensors IMAGE',
    '```',
    '',
    '```ts',
    "import { jit, orThrow } from 'vitrail';",
    "import { readImage } from 'vitrail/data/node';",
    "import { decodingOf } from 'vitrail/experiment';",
    "import { openRun } from 'vitrail/experiment/node';",
    '',
    "const { model, config } = await orThrow(openRun('model.safetensors'));",
    "const image = await orThrow(readImage('image.png', decodingOf(model, config)));",
    'const [prediction] = await orThrow(model.predict(await orThrow(jit()))([image]));',
    '```',
    '',
    'With ONNX Runtime, in any language. The file contains the preprocessing, and takes images of this size:',
    '',
    '```python',
    'import json, numpy as np, onnxruntime',
    'session = onnxruntime.InferenceSession("model.onnx")',
    'classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])',
    `images = np.zeros([1, ${decoding.height}, ${decoding.width}, ${decoding.channels}], np.uint8)  # ${decoding.channels === 1 ? 'gray' : 'RGB'}, 0…255`,
    '(probabilities,) = session.run(["probabilities"], {"images": images})',
    'print(classes[probabilities[0].argmax()])',
    '```',
    '',
    'The weights alone, in Python; docs/export.md of Vitrail has the names of PyTorch and Keras:',
    '',
    '```python',
    'from safetensors.numpy import load_file',
    'weights = load_file("model.safetensors")  # params/blocks/0/attention/query/weight …',
    '```',
    '',
    '## Licence and limits',
    '',
    'TODO: the licence of the weights and of the data, what the model is meant for, and what it must not be used for.',
  ].join('\n')}\n`;
};
