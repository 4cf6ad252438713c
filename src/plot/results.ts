/**
 * The input of a report: plain, readonly data from a training program. Fractions are 0 … 1; the report shows them as
 * percentages.
 *
 * @module
 */

/** An estimate with its 95 % confidence interval. All three are fractions. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Means over the images of one epoch. */
export interface EpochMetrics {
  /** Cross-entropy in nats. */
  readonly loss: number;
  readonly top1: number;
  readonly top5: number;
}

export interface EpochResult {
  /** Counted from 1. */
  readonly epoch: number;
  readonly train: EpochMetrics;
  readonly validation?: EpochMetrics | undefined;
  /** The learning rate of the last step of the epoch. */
  readonly learningRate: number;
}

export interface TestResult {
  /** The number of test images. */
  readonly images: number;
  /** Cross-entropy in nats. */
  readonly loss: number;
  readonly top1: Interval;
  readonly top5: Interval;
}

export interface ModelResult {
  /** Short and unique: it labels lines and identifies the colour of the model. */
  readonly name: string;
  readonly parameters: number;
  /** Multiply-accumulates of one forward pass over one image. */
  readonly macs: number;
  /** Wall time of training. */
  readonly seconds: number;
  /** Training images per second. */
  readonly imagesPerSecond: number;
  readonly epochs: readonly EpochResult[];
  readonly test: TestResult;
}

/** A file of the data set that was left out. */
export interface SkippedFile {
  readonly path: string;
  /** What is wrong with it. */
  readonly detail: string;
}

/** The numbers of classes and images of a data set. */
export interface DatasetSummary {
  readonly name: string;
  readonly classes: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * The pixels of one image, `[row, column, channel]` flat, 0 … 255. An image with one or two channels is drawn in grey, from
 * the first. An image with three or more is drawn in colour, from the first three.
 */
export interface PixelImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/** One image as a patch tokenizer sees it: the original, then (with Shifted Patch Tokenization) its diagonal shifts. */
export interface PatchFigure {
  /** The class of the image. */
  readonly label: string;
  /** The side of a patch in pixels. It divides the height and the width of the image. */
  readonly patch: number;
  /** The original first: `ORIGINAL`, `LEFT-UP`, `LEFT-DOWN`, `RIGHT-UP`, `RIGHT-DOWN`. */
  readonly views: readonly { readonly name: string; readonly image: PixelImage }[];
}

/** The attention weights of one model on one image. */
export interface AttentionMaps {
  /** The name of the model in `ModelResult`. */
  readonly name: string;
  /** The predicted class. */
  readonly predicted: string;
  /** The patches. They are the tokens, in row order. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** Whether a class token comes before the patches. */
  readonly hasClassToken: boolean;
  /** The attention weights of each block, `[head, query, key]` flat: the output of the softmax, before dropout. */
  readonly blocks: readonly ArrayLike<number>[];
}

/** What the models attend to on one test image. */
export interface AttentionFigure {
  readonly image: PixelImage;
  /** The true class of the image. */
  readonly label: string;
  readonly models: readonly AttentionMaps[];
}

/** The learned temperatures of Locality Self-Attention. Attention scores are divided by them before the softmax. */
export interface TemperatureFigure {
  /** The name of the model in `ModelResult`. */
  readonly name: string;
  /** The initial value of each temperature: √(width of a head). */
  readonly initial: number;
  /** For each block one value, or one value per head. */
  readonly blocks: readonly (readonly number[])[];
}

/** A whole run. The first model is the baseline; the last model is compared with it. */
export interface RunResults {
  readonly title: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seed: number;
  readonly preset: string;
  /** One line: the engine and its hardware. */
  readonly engine: string;
  /** The command that repeats this run. */
  readonly command: string;
  /** What can be done with the trained models, each with the command that does it. */
  readonly uses?: readonly (readonly [what: string, command: string])[] | undefined;
  readonly dataset: DatasetSummary;
  readonly skipped?: readonly SkippedFile[] | undefined;
  readonly models: readonly ModelResult[];
  /** Test top-1 accuracy of the last model minus that of the first, on the same images: see `pairedGain`. */
  readonly gain?: Interval | undefined;
  readonly patches?: PatchFigure | undefined;
  readonly attention?: AttentionFigure | undefined;
  readonly temperatures?: TemperatureFigure | undefined;
}
