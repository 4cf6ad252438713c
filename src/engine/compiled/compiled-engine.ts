/**
 * What all compiled engines share: a function is traced and compiled once for each combination of argument shapes and
 * types, then its program runs. Calls run one at a time, so that a buffer that one gives up is never read by another.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Key } from '../../core/key.js';
import { leaves, type MapTree } from '../../core/tree.js';
import { elementAt } from '../compiler/graph/lookup.js';
import type { Node } from '../compiler/graph/node.js';
import { trace } from '../compiler/trace/trace.js';
import type { Compiled, CompileOptions, Engine, EngineError, ExpectedMemory, KeyParameter, Values } from '../engine.js';
import { donationOf } from '../internal/donation.js';
import { hostTransfer } from '../internal/host-transfer.js';
import { nextTurn } from '../internal/next-turn.js';
import { runtimeError } from '../internal/refusal.js';
import { type ValueTable, valueTable } from '../internal/value-table.js';
import type { BackEnd, Program, TracedCall } from './back-end.js';
import { oneAtATime } from './one-at-a-time.js';
import { perSignature } from './per-signature.js';

/** The engine that runs graphs on a back end. */
export const compiledEngine = <Content>(backEnd: BackEnd<Content>): Engine => {
  const table = valueTable<Content>(backEnd.name, backEnd.free);
  const inTurn = oneAtATime();
  const { free = () => {}, disposed } = backEnd;
  const soon = (task: () => Promise<void>): void => void inTurn<never, void>(() => task().then(E.right))();
  const dispose = (contents: readonly Content[]): void => {
    contents.forEach(free);
    if (disposed === undefined) return;
    soon(async () => {
      for (const content of contents) await disposed(content);
    });
  };
  const transfer = hostTransfer(table, { ...backEnd, dispose });
  // How each compiled function forgets its programs.
  const closings = new WeakMap<object, () => Promise<void>>();
  return {
    name: backEnd.name,
    threads: backEnd.threads,
    description: { name: backEnd.name, threads: backEnd.threads, ...backEnd.settings },
    expectedMemory: (f, args, options) => expectedMemory(backEnd, f, args, options),
    ...transfer,
    dispose: (tree) => {
      transfer.dispose(tree);
      for (const leaf of leaves<unknown>(tree)) {
        const close = typeof leaf === 'function' ? closings.get(leaf) : undefined;
        if (close !== undefined) soon(close);
      }
    },
    compile: <A, B, K extends KeyParameter>(f: (args: A, ...key: K) => B, options?: CompileOptions<A>) => {
      const { call, close } = compile(backEnd, table, f, options);
      const compiled: Compiled<A, B, K> = (args, ...key) => inTurn(call(args, ...key));
      closings.set(compiled, close);
      return compiled;
    },
  };
};

const keyed =
  <A, B, K extends KeyParameter>(f: (args: A, ...key: K) => B) =>
  // Traced with a key in any case: a function of one parameter ignores it.
  (args: A, key: Key): B =>
    f(args, ...([key] as KeyParameter as K));

/** A traced function as its back end takes it. */
const tracedCall = <A, B, K extends KeyParameter>(
  f: (args: A, ...key: K) => B,
  args: Values<A>,
  { donate = [] }: CompileOptions<A> = {},
) =>
  pipe(
    trace(keyed(f), args),
    E.map(({ graph, withLeaves }) => ({
      withLeaves,
      call: { graph, args, result: withLeaves(graph.outputs), donate } satisfies TracedCall,
    })),
  );

interface Compilation<Content, B> {
  readonly program: Program<Content>;
  readonly withLeaves: <X>(leaves: readonly X[]) => MapTree<B, X>;
  readonly outputs: readonly Node[];
}

const expectedMemory = <Content, A, B, K extends KeyParameter>(
  backEnd: BackEnd<Content>,
  f: (args: A, ...key: K) => B,
  args: Values<A>,
  options?: CompileOptions<A>,
): TE.TaskEither<EngineError, ExpectedMemory | undefined> => {
  const { expectedMemory: expected } = backEnd;
  if (expected === undefined) return TE.right(undefined);
  return pipe(
    TE.fromTask(nextTurn),
    TE.chainEitherK(() => tracedCall(f, args, options)),
    TE.chainEitherK(({ call }) => expected(call)),
  );
};

const compile = <Content, A, B, K extends KeyParameter>(
  backEnd: BackEnd<Content>,
  table: ValueTable<Content>,
  f: (args: A, ...key: K) => B,
  options: CompileOptions<A> = {},
): { readonly call: Compiled<A, B, K>; readonly close: () => Promise<void> } => {
  const { donate = [] } = options;
  const compileProgram = backEnd.compiler();
  const compilations = perSignature((args: Values<A>) =>
    pipe(
      TE.fromEither(tracedCall(f, args, options)),
      TE.chain(({ call, withLeaves }) =>
        pipe(
          compileProgram(call),
          TE.map((program): Compilation<Content, B> => ({ program, withLeaves, outputs: call.graph.outputs })),
        ),
      ),
    ),
  );
  const run =
    (args: Values<A>, key: Key | undefined, { program, withLeaves, outputs }: Compilation<Content, B>) =>
    async (): Promise<E.Either<EngineError, Values<B>>> => {
      // Looked up again: arguments may have been disposed during compilation. Nothing waits from here to the program's start.
      const contents = table.contents(args);
      if (E.isLeft(contents)) return contents;
      const { values, positions } = donationOf(args, donate);
      const taken = table.take(values, 'donated');
      let overwritten = false;
      const onOverwrite = (): void => {
        overwritten = true;
      };
      const made = await TE.tryCatch(
        () => program(contents.right, { key, donated: positions, onOverwrite }),
        runtimeError,
      )();
      if (E.isLeft(made)) {
        if (!overwritten) taken.putBack();
        return made;
      }
      if (backEnd.free !== undefined) taken.contents.forEach(backEnd.free);
      const results = made.right.map((content, i) => {
        const { shape, dtype } = elementAt(outputs, i);
        return table.add(content, shape, dtype);
      });
      return E.right(withLeaves(results));
    };
  return {
    call: (args, ...[key]) =>
      pipe(
        TE.fromTask(nextTurn),
        // Looked up when the turn comes: an earlier call may have been given them.
        TE.chainEitherK(() => table.contents(args)),
        TE.chain(() => compilations.of(args)),
        TE.chain((compilation) => run(args, key, compilation)),
      ),
    close: async () => {
      for (const compilation of compilations.clear()) {
        const made = await compilation();
        if (E.isRight(made)) await made.right.program.close?.();
      }
    },
  };
};
