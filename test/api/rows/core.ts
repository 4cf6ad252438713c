import * as t from 'io-ts';
import { sizeOf } from '../../../src/core/axes.js';
import * as core from '../../../src/core/index.js';
import { row } from '../row.js';

const { float32, key, host } = core;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const whole = (n: number, least = 0): boolean => Number.isSafeInteger(n) && n >= least;
const areSizes = (sizes: readonly number[]): boolean => sizes.every((size) => whole(size));
const drawn = (k: core.Key): string => core.drawOnHost(k, { kind: 'uniform' }, [4]).data.join(' ');
const matrix = float32([2, 3], [1, 2, 3, 4, 5, 6]);

/** The value of each place of a host tensor by its position, an array of whole numbers. */
const at = ({ shape, data }: core.HostTensor, position: readonly number[]): number | undefined =>
  data[position.reduce((offset, p, axis) => offset * (shape[axis] ?? 0) + p, 0)];

/** Whether a host tensor has as many values as its shape says, if that is a shape: otherwise engines refuse it. */
const isConsistent = ({ shape, data }: core.HostTensor): boolean =>
  areSizes(shape) && sizeOf(shape) <= 2 ** 31 ? data.length === sizeOf(shape) : data.length === 0;

const layer = core.named('part', core.identity);

export const coreRows = [
  row('core/imageShape', [{ height: 3, width: 4, channels: 2 }, 5], core.imageShape, (shape, size, batch) =>
    same(shape.sizes, [batch, size.height, size.width, size.channels]),
  ),
  row(
    'core/shape',
    [
      ['batch', 'feature'],
      [2, 3],
    ],
    (axes, sizes) => core.shape(axes, sizes),
    (shape, axes, sizes) => same(shape, { axes, sizes }),
  ),
  row(
    'core/showShape',
    [{ axes: ['batch', 'feature'], sizes: [2, 3] }],
    (shape) => core.showShape(shape),
    (text) => text.startsWith('['),
  ),
  row('core/sizeOf', [[2, 3, 4]], core.sizeOf, (size, sizes) =>
    Object.is(
      size,
      sizes.reduce((a, b) => a * b, 1),
    ),
  ),
  row(
    'core/decode',
    [{ side: 2, kind: 'square' }],
    core.decode(
      core.tagged('a shape', { square: core.record('a square', { kind: t.literal('square'), side: core.positive }) }),
    ),
    (decoded) => decoded.side > 0,
  ),
  row(
    'core/matching',
    [
      ['blocks/0', '**/bias'],
      [
        ['blocks', '0', 'weight'],
        ['classifier', 'bias'],
      ],
    ],
    core.matching,
    // Without a star, a pattern is the path of a leaf or a branch.
    (mask, patterns, paths) =>
      paths.every((path) => {
        const text = core.tree.showPath(path);
        const isMeant = patterns.some((pattern) =>
          pattern.includes('*') ? path.includes('bias') : text === pattern || text.startsWith(`${pattern}/`),
        );
        return mask(path) === isMeant;
      }),
  ),
  row(
    'core/configError',
    ['model.heads', 'expected a whole number, got 0'],
    core.configError,
    (error, field, problem) => error.message.includes(field) && error.message.includes(problem),
  ),
  row('core/atMost', [3], core.decode(core.atMost(5, core.positiveInteger)), (n) => whole(n, 1) && n <= 5),
  row('core/numberThat', [3], core.decode(core.numberThat('an odd number', (n) => n % 2 === 1)), (n) => n % 2 === 1),
  row('core/oneOf', ['left'], core.decode(core.oneOf(['left', 'right'])), (word) => word === 'left'),
  row('core/record', [{ x: 1 }], core.decode(core.record('a point', { x: core.wholeNumber })), ({ x }) => whole(x)),
  row(
    'core/tagged',
    [{ kind: 'a' }],
    core.decode(core.tagged('a letter', { a: core.record('a', { kind: t.literal('a') }) })),
    ({ kind }) => kind === 'a',
  ),
  row('core/ensure', [true, 'a width', '3'], core.ensure, (_, holds) => holds),
  row(
    'core/expectAxes',
    [{ axes: ['batch', 'feature'], sizes: [2, 3] }],
    (shape) => core.expectAxes(['batch', 'feature'], shape),
    (sizes, shape) => same(sizes, shape.sizes) && sizes.length === 2 && sizes.every((size) => whole(size, 1)),
  ),
  row(
    'core/shapeError',
    ['a width', '3', ['part']],
    core.shapeError,
    ({ message }, expected, actual) => message.includes(expected) && message.includes(actual),
  ),
  row(
    'core/within',
    ['part'],
    (name) => core.within(name)(core.shapeError('a width', '3', ['inner'])),
    ({ path }, name) => same(path, [name, 'inner']),
  ),
  row('core/key', [7], core.key, (k, seed) => drawn(k) === drawn(key(seed)) && drawn(k) !== drawn(key(123_456))),
  row(
    'core/fold',
    [7],
    (position) => core.fold(key(1), position),
    (k, position) => drawn(k) === drawn(core.fold(key(1), position)) && drawn(k) !== drawn(key(1)),
  ),
  row(
    'core/split',
    [3],
    (n) => core.split(key(1), n),
    (keys, n) => keys.length === (n > 0 ? Math.ceil(n) : 0) && new Set(keys.map(drawn)).size === keys.length,
    { allowGiants: false },
  ),
  row(
    'core/filled',
    [[2, 3], 5],
    core.filled,
    (tensor, _, value) => isConsistent(tensor) && tensor.data.every((x) => Object.is(x, Math.fround(value))),
  ),
  row(
    'core/float32',
    [[2], [1, 2]],
    core.float32,
    (tensor, shape, values) =>
      same(tensor.shape, shape) && values.every((value, i) => Object.is(tensor.data[i], Math.fround(value))),
  ),
  row(
    'core/int32',
    [[2], [1, 2]],
    core.int32,
    (tensor, shape, values) => same(tensor.shape, shape) && values.every((value, i) => tensor.data[i] === (value | 0)),
  ),
  row('core/scalarOf', [float32([], [3])], core.scalarOf, (value, { data }) =>
    Object.is(value, data.length === 1 ? data[0] : Number.NaN),
  ),
  row(
    'core/drawOnHost',
    [{ kind: 'bernoulli', probability: 0.5 } as const, [2, 3]],
    (distribution, shape) => core.drawOnHost(key(1), distribution, shape),
    (tensor) => isConsistent(tensor) && tensor.data.every((x) => x === 0 || x === 1),
    { fixed: /^0.kind/ },
  ),
  row(
    'core/integer',
    [10],
    (n) => core.integer(key(1), n),
    (drawnNumber, n) =>
      whole(n, 1) && n <= 2 ** 24
        ? drawnNumber >= 0 && drawnNumber < n && whole(drawnNumber)
        : Number.isNaN(drawnNumber),
  ),
  row(
    'core/permutation',
    [5],
    (n) => core.permutation(key(1), n),
    (order, n) =>
      same(
        [...order].sort((a, b) => a - b),
        Array.from({ length: whole(n) && n < 2 ** 31 ? n : 0 }, (_, i) => i),
      ),
  ),
  row(
    'core/constant',
    [2, [3]],
    (value, shape) => core.constant(value).sample(key(1), shape),
    (tensor, value) => isConsistent(tensor) && tensor.data.every((x) => Object.is(x, Math.fround(value))),
  ),
  row(
    'core/uniformIn',
    [2, [3]],
    (limit, shape) => core.uniformIn(limit).sample(key(1), shape),
    (tensor, limit) =>
      isConsistent(tensor) && tensor.data.every((x) => Number.isNaN(x) || Math.abs(x) <= Math.fround(Math.abs(limit))),
  ),
  row(
    'core/normalWith',
    [2, [3]],
    (std, shape) => core.normalWith(std).sample(key(1), shape),
    (tensor, std) => {
      const unit = core.drawOnHost(key(1), { kind: 'normal' }, tensor.shape).data;
      return isConsistent(tensor) && tensor.data.every((x, i) => Object.is(x, Math.fround((unit[i] ?? 0) * std)));
    },
  ),
  row(
    'core/glorotUniform',
    [3, 4, [2]],
    (fanIn, fanOut, shape) => core.glorotUniform(fanIn, fanOut).sample(key(1), shape),
    (tensor, fanIn, fanOut) =>
      isConsistent(tensor) && tensor.data.every((x) => !(Math.abs(x) > Math.fround(Math.sqrt(6 / (fanIn + fanOut))))),
  ),
  row(
    'core/glorotNormal',
    [3, 4, [2]],
    (fanIn, fanOut, shape) => core.glorotNormal(fanIn, fanOut).sample(key(1), shape),
    (tensor, fanIn, fanOut) => {
      const unit = core.drawOnHost(key(1), { kind: 'normal' }, tensor.shape).data;
      const std = Math.sqrt(2 / (fanIn + fanOut));
      return isConsistent(tensor) && tensor.data.every((x, i) => Object.is(x, Math.fround((unit[i] ?? 0) * std)));
    },
  ),
  row(
    'core/parameter',
    [{ in: 2, out: 3 }],
    (sizes) => core.initialize(key(1))({ weight: core.parameter(sizes, core.ones) }).weight,
    (tensor, sizes) => isConsistent(tensor) && same(tensor.shape, Object.values(sizes)),
  ),
  row(
    'core/stateParameter',
    [{ in: 2, out: 3 }],
    (sizes) => core.initialize(key(1))({ seen: core.stateParameter(sizes, core.ones) }).seen,
    (tensor, sizes) => isConsistent(tensor) && same(tensor.shape, Object.values(sizes)),
  ),
  row(
    'core/initialize',
    [[2, 3]],
    (shape) => core.initialize(key(1))({ weight: { axes: ['in', 'out'], shape, initializer: core.zeros } }).weight,
    (tensor) => isConsistent(tensor),
  ),
  row(
    'core/zerosLike',
    [[2, 3]],
    (shape) => core.zerosLike({ weight: { axes: ['in', 'out'], shape, initializer: core.ones } }).weight.shape,
    (shape, given) => same(shape, given),
  ),
  row(
    'core/countParameters',
    [[2, 3]],
    (shape) => core.countParameters({ params: { weight: { axes: ['in', 'out'], shape, initializer: core.ones } } }),
    (count, shape) => Object.is(count, 0 + shape.reduce((a, b) => a * b, 1)),
  ),
  row(
    'core/summarize',
    [[2, 3], 100],
    (shape, macs) =>
      core.summarize({ params: { weight: { axes: ['in', 'out'], shape, initializer: core.ones } }, macs }),
    (text) => text.includes('weight'),
  ),
  row(
    'core/describeLayers',
    [[2, 3], 100],
    (shape, macs) =>
      core.describeLayers({
        params: { part: { weight: { axes: ['in', 'out'], shape, initializer: core.ones } } },
        parts: [{ name: 'part', output: core.shape(['batch', 'feature'], [1, 3]), macs, parts: [] }],
      }),
    ([layer], shape) => Object.is(layer?.parameters, 0 + shape.reduce((a, b) => a * b, 1)),
  ),
  row(
    'core/named',
    ['part'],
    (name) => core.named(name as 'part', core.identity).init(core.shape(['batch', 'feature'], [1, 2])),
    (_, name) => name !== '' && !name.includes('/') && !(name in {}),
  ),
  row(
    'core/repeat',
    [2],
    (n) => core.repeat(n, layer).init(core.shape(['batch', 'feature'], [1, 2])),
    ({ params }, n) => params.length === n && whole(n),
    { allowGiants: false },
  ),
  row(
    'core/host.reshape',
    [[3, 2]],
    (shape) => host.reshape(shape)(matrix),
    (tensor, shape) => same(tensor, { ...matrix, shape }) && sizeOf(shape) === 6 && areSizes(shape),
  ),
  row(
    'core/host.transpose',
    [[1, 0]],
    (order) => host.transpose(order)(matrix),
    (tensor, order) =>
      [0, 1].every((i) =>
        [0, 1, 2].every(
          (j) =>
            at(
              tensor,
              order.map((axis) => [i, j][axis] ?? 0),
            ) === at(matrix, [i, j]),
        ),
      ),
  ),
  row(
    'core/host.slice',
    [1, 0, 2],
    (axis, from, to) => host.slice(axis, from, to)(matrix),
    (tensor, axis, from, to) => (axis === 0 || axis === 1) && tensor.shape[axis] === to - from && isConsistent(tensor),
  ),
  row(
    'core/host.split',
    [1, 3],
    (axis, count) => host.split(axis, count)(matrix),
    (parts, axis, count) =>
      parts.length === count && parts.every((part) => part.shape[axis] === (matrix.shape[axis] ?? 0) / count),
  ),
  row(
    'core/host.concat',
    [0, [matrix, float32([1, 3], [7, 8, 9])]],
    (axis, tensors) => host.concat(axis)(tensors),
    (tensor) => isConsistent(tensor),
  ),
];
