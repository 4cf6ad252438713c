/**
 * What a report is made of: plain, readonly data that a training program fills in. Fractions are 0 … 1; the report shows
 * them as percentages.
 *
 * @module
 */

/** An estimate with its 95 % confidence interval, all three as fractions. */
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
  /** The rate of the epoch's last step. */
  readonly learningRate: number;
}

export interface TestResult {
  /** How many images the intervals rest on. */
  readonly images: number;
  /** Cross-entropy in nats. */
  readonly loss: number;
  readonly top1: Interval;
  readonly top5: Interval;
}

export interface ModelResult {
  /** Short and unique: it labels lines, and the figures find a model's colour by it. */
  readonly name: string;
  readonly parameters: number;
  /** Multiply-accumulates of one forward pass over one image. */
  readonly macs: number;
  /** Wall time of the training. */
  readonly seconds: number;
  /** Training images a second. */
  readonly imagesPerSecond: number;
  readonly epochs: readonly EpochResult[];
  readonly test: TestResult;
}

/** How many classes and images a data set has. */
export interface DatasetSummary {
  readonly name: string;
  readonly classes: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Pixels of one image by row, column, channel; values 0 … 255. */
export interface PixelImage {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly data: ArrayLike<number>;
}

/** One image as a patch tokenizer sees it: itself, then (with Shifted Patch Tokenization) its diagonal shifts. */
export interface PatchFigure {
  /** The class of the image. */
  readonly label: string;
  /** The side of a patch in pixels; it divides both sides of the image. */
  readonly patch: number;
  /** The original comes first: `ORIGINAL`, `LEFT-UP`, `LEFT-DOWN`, `RIGHT-UP`, `RIGHT-DOWN`. */
  readonly views: readonly { readonly name: string; readonly image: PixelImage }[];
}

/** The attention of one model on one image. */
export interface AttentionMaps {
  /** The model, as in `ModelResult`. */
  readonly name: string;
  /** The class that the model gives the image. */
  readonly predicted: string;
  /** The patches, which are the tokens in row order. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** Whether a class token comes before the patches. */
  readonly hasClassToken: boolean;
  /** The weights of each block, `[head, query, key]`, flat: what the softmax gives, before dropout. */
  readonly blocks: readonly ArrayLike<number>[];
}

/** Where models look on one test image. */
export interface AttentionFigure {
  readonly image: PixelImage;
  /** The true class of the image. */
  readonly label: string;
  readonly models: readonly AttentionMaps[];
}

/** The learned temperatures of Locality Self-Attention: what attention scores are divided by before the softmax. */
export interface TemperatureFigure {
  /** The model, as in `ModelResult`. */
  readonly name: string;
  /** Where each temperature started, √(width of a head). */
  readonly initial: number;
  /** For each block one value, or one for each head. */
  readonly blocks: readonly (readonly number[])[];
}

/** A whole run: the baseline is the first model, the one that is compared with it the last. */
export interface RunResults {
  readonly title: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seed: number;
  readonly preset: string;
  /** One line: the engine and what it runs on. */
  readonly engine: string;
  /** What to type to have this run again. */
  readonly command: string;
  readonly dataset: DatasetSummary;
  readonly models: readonly ModelResult[];
  /** Test top-1 of the last model minus that of the first, on the same images; see `pairedGain`. */
  readonly gain?: Interval | undefined;
  readonly patches?: PatchFigure | undefined;
  readonly attention?: AttentionFigure | undefined;
  readonly temperatures?: TemperatureFigure | undefined;
}
