// As V8 writes a frame: 'at name (file:line:column)' or 'at file:line:column'.
const FRAME = /^\s*at (?:.*\()?(.+?:\d+:\d+)\)?$/;

const here = new URL('..', import.meta.url).href;
const isOwn = (place: string): boolean =>
  place.startsWith(here) || place.startsWith(decodeURIComponent(here.replace(/^file:\/\//, '')));

/** How many frames of an exception are kept while a function runs: tfjs needs about twelve from an operation to its kernel. */
export const FRAMES = 40;

/**
 * The line that called the operation of tfjs in which this was thrown, as 'file:line:column': the first frame that belongs neither to tfjs nor to
 * the engines. `undefined` where the stack is written otherwise.
 */
export const callerOf = ({ stack = '' }: Error): string | undefined =>
  stack
    .split('\n')
    .flatMap((line) => FRAME.exec(line)?.[1] ?? [])
    .find((place) => !place.includes('@tensorflow/') && !place.startsWith('node:') && !isOwn(place))
    ?.replace(/^file:\/\//, '');
