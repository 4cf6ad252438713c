/** The distribution of a draw, as plain data, so that an engine can draw later. */
export type Distribution =
  /** Uniform in [0, 1). */
  | { readonly kind: 'uniform' }
  /** Mean 0, standard deviation 1. */
  | { readonly kind: 'normal' }
  /** 1 with this probability (in steps of 2⁻¹⁶), else 0. */
  | { readonly kind: 'bernoulli'; readonly probability: number };
