/** `2.5 GB` */
export const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toFixed(1))} GB`;
