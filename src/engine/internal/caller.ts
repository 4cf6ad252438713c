// As V8 writes a frame: 'at name (file:line:column)' or 'at file:line:column'.
const FRAME = /^\s*at (?:.*\()?(.+?:\d+:\d+)\)?$/;

const pathOf = (place: string): string =>
  place.startsWith('file://') ? decodeURIComponent(place.slice('file://'.length)) : place;

// With source maps its files are outside of its package.
const TFJS = /@tensorflow\/|\/tfjs-[a-z-]+\/src\//;

/** This package, whose `src` stands for `dist` where source maps are in use. */
const root = pathOf(new URL('../../..', import.meta.url).href);
const isIn = (place: string, part: string): boolean =>
  ['src', 'dist'].some((folder) => place.startsWith(`${root}${folder}/${part}/`));

/** How many frames of an exception are kept while a function runs: tfjs needs about twelve from an operation to its kernel. */
export const FRAMES = 40;

/**
 * The line that called the operation of tfjs in which this was thrown, as 'file:line:column': the first frame that belongs neither to tfjs nor to
 * the engines. `undefined` where the stack is written otherwise, and where a law is the caller.
 */
export const callerOf = ({ stack = '' }: Error): string | undefined => {
  const caller = stack
    .split('\n')
    .flatMap((line) => FRAME.exec(line)?.[1] ?? [])
    .map(pathOf)
    .find((place) => !TFJS.test(place) && !place.startsWith('node:') && !isIn(place, 'engine'));
  return caller === undefined || isIn(caller, 'laws') ? undefined : caller;
};
