import type { Either } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Key } from '../../core/key.js';
import type { Graph } from '../compiler/graph/graph.js';
import type { EngineError, ExpectedMemory } from '../engine.js';
import type { Storage } from '../internal/host-transfer.js';

/** A traced function with what a back end may know of its calls. */
export interface TracedCall {
  readonly graph: Graph;
  /** The tree of the arguments; each leaf has a shape and a type. */
  readonly args: unknown;
  /** The tree of the result, with the outputs of the graph at its leaves. */
  readonly result: unknown;
  /** The names of the donated arguments. */
  readonly donate: readonly string[];
}

/** What differs from call to call, besides the arguments. */
export interface Call {
  readonly key: Key | undefined;
  /** Positions of the arguments that the program may overwrite. */
  readonly donated: ReadonlySet<number>;
  /** To be called before the first of them is overwritten: if the call fails later, they are lost. */
  readonly onOverwrite: () => void;
}

/**
 * A compiled graph: the outputs for arguments. What it does before its first `await` happens before any other code can
 * dispose of the arguments.
 */
export interface Program<Content> {
  (args: readonly Content[], call: Call): Promise<readonly Content[]>;
  /** Frees what it holds, instead of when it is garbage-collected. It is not called again. */
  readonly close?: () => Promise<void>;
}

export type CompileProgram<Content> = (traced: TracedCall) => TaskEither<EngineError, Program<Content>>;

/** A native runtime that runs graphs: all that one compiled engine does not share with the others. */
export interface BackEnd<Content> extends Storage<Content> {
  /** The name of the engine. */
  readonly name: string;
  readonly threads: number;
  /** What the bits of results depend on besides. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** What a traced call will need, or why it cannot run; without it, nobody knows. */
  readonly expectedMemory?: (traced: TracedCall) => Either<EngineError, ExpectedMemory>;
  /** Called for the content of each value that was disposed, while no program runs. */
  readonly disposed?: (content: Content) => Promise<void>;
  /** Called once for each compiled function. The programs of one function may share buffers. */
  readonly compiler: () => CompileProgram<Content>;
}
