/** `2.5 GB` */
export const gigabytes = (bytes: number): string =>
  `${(bytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB`;
