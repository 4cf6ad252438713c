import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';

/** The packages with a native part: the same code, for the CPU alone and for a GPU too. */
export type NativePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** Loads a package, or says why not in a clause that begins with its name. */
export type Load = (name: NativePackage) => TE.TaskEither<string, void>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `npm run setup:tfjs-node` puts a package. scripts/setup-tfjs-node/place.mjs must agree. */
export const setupFolder = async (name: NativePackage, environment: Environment) => {
  const [{ cacheFolder }, { join }] = await Promise.all([import('../../node/cache-folder.js'), import('node:path')]);
  return join(cacheFolder(environment), name.slice('@tensorflow/'.length));
};

/**
 * Loads the copy that `npm run setup:tfjs-node` built, else the one that the project has. A copy without its native
 * library is not tried: it would register its kernels before it fails.
 */
export const findNativeTfjs: Load = (name) =>
  pipe(
    TE.tryCatch(
      () => found(name),
      (thrown) => `${name} does not load (${String(thrown instanceof Error ? thrown.message : thrown).split('\n')[0]})`,
    ),
    TE.chain(TE.fromEither),
  );

const found = async (name: NativePackage): Promise<E.Either<string, void>> => {
  const [{ existsSync, readdirSync }, { dirname, join }, { createRequire }] = await Promise.all([
    import('node:fs'),
    import('node:path'),
    import('node:module'),
  ]);
  const own = createRequire(import.meta.url);
  const built = await setupFolder(name, process.env);
  if (existsSync(join(built, 'installed.json'))) {
    // It contains no tfjs and uses the one that `own` resolves.
    own(built)(own);
    return E.right(undefined);
  }
  const manifest = E.tryCatch(
    () => own.resolve(`${name}/package.json`),
    () => `${name} is not installed`,
  );
  if (E.isLeft(manifest)) return manifest;
  const library = join(dirname(manifest.right), 'lib');
  const native = existsSync(library) && readdirSync(library).some((each) => existsSync(join(library, each, BINDING)));
  if (!native) return E.left(`${name} is installed without its native part (npm skipped its download)`);
  await restoreUtilFunctions();
  own(name);
  return E.right(undefined);
};

const BINDING = 'tfjs_binding.node';

/**
 * tfjs-node 4.22 uses two functions that Node 23 removed (https://github.com/tensorflow/tfjs/issues/8425; fixed but not
 * released). The copy that `setup:tfjs-node` builds has its own. Remove this with the first release after 4.22.0.
 */
export const restoreUtilFunctions = async (): Promise<void> => {
  const { default: util } = await import('node:util');
  const missing = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: Array.isArray,
  };
  Object.assign(util, Object.fromEntries(Object.entries(missing).filter(([name]) => !(name in util))));
};
