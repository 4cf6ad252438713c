import * as t from 'io-ts';

/** Mean and population standard deviation of each channel, on the scale of the raw values. Kept in checkpoints. */
export const Statistics = t.readonly(
  t.type({ mean: t.readonlyArray(t.number), std: t.readonlyArray(t.number) }),
  'Statistics',
);
export type Statistics = t.TypeOf<typeof Statistics>;
