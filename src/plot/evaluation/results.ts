/**
 * The input of the report of an evaluation: plain, readonly data. Fractions are 0 … 1.
 *
 * @module
 */
import type { Interval, ModelResult, PixelImage, SkippedFile, TestResult } from '../results.js';

/** How a model does on the images of one class. */
export interface ClassResult {
  readonly name: string;
  /** The number of images of the class. */
  readonly images: number;
  /** The fraction of them that the model takes for the class. */
  readonly recall: Interval;
  /** Of all images that the model takes for the class, the fraction that are of it. */
  readonly precision: Interval;
  /** The class that the model most often takes its images for instead, and how many of them. */
  readonly mistakenFor?: { readonly name: string; readonly images: number } | undefined;
}

/** The images whose confidence is in a range. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly images: number;
  /** The mean confidence. */
  readonly confidence: number;
  readonly accuracy: Interval;
}

/** Whether the probabilities of predictions are how often they are right. */
export interface Calibration {
  /** Bins with images, from the lowest confidence up. */
  readonly bins: readonly CalibrationBin[];
  /** The mean confidence of all predictions. */
  readonly confidence: number;
  /** Expected calibration error: the mean distance of confidence and accuracy of the bins, weighted by their images. */
  readonly error: number;
  /** About what this error would be, by chance, for a model that is calibrated perfectly. */
  readonly chance: number;
}

/** An image that the model takes for another class. */
export interface Mistake {
  /** The position of the image in the source. */
  readonly index: number;
  /** Its file within the folder of the images, if it has one. */
  readonly file?: string | undefined;
  readonly image: PixelImage;
  /** The class of the image. */
  readonly label: string;
  readonly predicted: string;
  /** The probability of the predicted class. */
  readonly confidence: number;
  /** The probability of the class of the image. */
  readonly probability: number;
}

/** An evaluation of one model. */
export interface EvaluationResults {
  readonly title: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly engine: string;
  readonly command: string;
  readonly model: Pick<ModelResult, 'name' | 'parameters' | 'macs'> & {
    /** The file that it was read from. */
    readonly path: string;
    readonly epochs: number;
  };
  /** The data set of the images, its folder, and whether they are those to test on, or all. */
  readonly images: {
    readonly name: string;
    readonly folder: string | undefined;
    readonly which: 'test images' | 'images';
  };
  readonly skipped: readonly SkippedFile[];
  readonly test: TestResult;
  readonly classes: readonly ClassResult[];
  /** For each class, how many of its images are taken for each class. */
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: Calibration;
  /** The surest first. */
  readonly mistakes: readonly Mistake[];
}
