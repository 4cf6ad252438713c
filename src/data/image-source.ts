import type { Image } from './image.js';
export interface ImageSource { readonly count: number; readonly classes: readonly string[]; readonly label: (index: number) => number; readonly image: (index: number) => Image }
