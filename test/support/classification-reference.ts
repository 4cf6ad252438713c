/** Classification in double precision, from the definitions: the reference for the objective. */
export type Row = readonly number[];

export interface Options {
  readonly labelSmoothing?: number;
  readonly classWeights?: Row;
}

export const oneHotOf = (label: number, classes: number): Row =>
  Array.from({ length: classes }, (_, i) => (i === label ? 1 : 0));

const logSoftmaxOf = (row: Row): Row => {
  const highest = Math.max(...row);
  const normalizer = highest + Math.log(row.reduce((sum, score) => sum + Math.exp(score - highest), 0));
  return row.map((score) => score - normalizer);
};

const softmaxOf = (row: Row): Row => logSoftmaxOf(row).map(Math.exp);

/** The target of each class after smoothing, times the weight of the class. */
const weightedTarget = (target: Row, { labelSmoothing = 0, classWeights }: Options): Row =>
  target.map((share, i) => ((1 - labelSmoothing) * share + labelSmoothing / target.length) * (classWeights?.[i] ?? 1));

/** −Σ weight · target · log softmax over the classes. */
export const crossEntropyOf = (row: Row, target: Row, options: Options = {}): number => {
  const logProbabilities = logSoftmaxOf(row);
  return -weightedTarget(target, options).reduce((sum, share, i) => sum + share * logProbabilities[i]!, 0);
};

/** The gradient of `crossEntropyOf` with respect to the logits: softmax · Σ target − target. */
export const crossEntropyGradientOf = (row: Row, target: Row, options: Options = {}): Row => {
  const weighted = weightedTarget(target, options);
  const total = weighted.reduce((sum, share) => sum + share, 0);
  return softmaxOf(row).map((probability, i) => probability * total - weighted[i]!);
};

/** The weight of an image: its own times the class weight of its target. */
export const imageWeightOf = (target: Row, own = 1, classWeights?: Row): number =>
  own * target.reduce((sum, share, i) => sum + share * (classWeights?.[i] ?? 1), 0);

/** The share of the k best places that the class gets if ties are broken by chance; 0 for an image with a score that is NaN. */
export const inTopKOf = (row: Row, label: number, k: number): number => {
  const own = row[label] ?? Number.NaN;
  if (row.some(Number.isNaN) || Number.isNaN(own)) return 0;
  const above = row.filter((score) => score > own).length;
  const tied = row.filter((score) => score === own).length;
  return Math.min(Math.max(k - above, 0), tied) / tied;
};
