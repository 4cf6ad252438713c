import { leaves } from '../../core/tree.js';
import type { CompileOptions, Value, Values } from '../engine.js';

/** The values that a call gives up, each once. */
export const donatedValues = <A>(args: Values<A>, options: CompileOptions<A>): readonly Value[] => [
  ...new Set(
    (options.donate ?? []).flatMap((name) => leaves<Value>((args as Readonly<Record<string, unknown>>)[name])),
  ),
];
