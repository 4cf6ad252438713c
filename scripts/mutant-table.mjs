// The mutants of scripts/mutants.mjs. For each file: the tests that should fail, and rows of a name, the original source (exactly
// one occurrence), its replacement and, for an equivalent mutant, the reason why it changes nothing.
const laws = ['test/laws/layers.test.ts', 'test/laws/references.test.ts'];
const layers = ['test/layers', 'test/models', 'test/structure', ...laws];
const core = ['test/core'];
const objectives = ['test/train/objectives'];
const fit = ['test/train/fit.test.ts'];
const train = [
  'test/train/step.test.ts',
  'test/train/optimizer.test.ts',
  'test/train/schedule.test.ts',
  'test/train/fine-tuning.test.ts',
  'test/train/state.test.ts',
];
const codec = ['test/train/safetensors'];
const weights = ['test/golden/weights.test.ts'];
const data = ['test/data', 'test/structure/bits.test.ts'];
const jit = ['test/engine/compiler'];
const divided = ['test/engine/compiler/sharding', 'test/laws/engines.test.ts', 'test/laws/networks.test.ts'];

export const table = [
  {
    file: 'src/layers/attend.ts',
    tests: layers,
    mutants: [
      ['mask value too small', 'const MASKED = -1e9;', 'const MASKED = -5;'],
      ['dropout of weights not applied', 'matMul(dropped[0] ?? weights, v)', 'matMul(weights, v)'],
      [
        'heads and tokens not transposed in the output',
        'headsLast(matMul(dropped[0] ?? weights, v))',
        'matMul(dropped[0] ?? weights, v)',
      ],
      ['gradient of the value without dropout', '[0, 2, 3, 1]), W ?? P)', '[0, 2, 3, 1]), P)'],
      ['gradient of the value not transposed', '[0, 2, 3, 1]), W ?? P)', '[0, 2, 3, 1]), transposed(W ?? P))'],
      ['gradient of the weights without dropout', 'sub(mul(W, dW), mul(P, along))', 'sub(mul(P, dW), mul(P, along))'],
      ['softmax gradient without its second term', 'mul(P, sub(dW, along))', 'mul(P, dW)'],
      ['dropout applied to the second term', 'sub(mul(W, dW), mul(P, along))', 'mul(W, sub(dW, along))'],
      [
        'gradient of the key not transposed',
        'transposed(matMul(transposed(Q), dS))',
        'transposed(matMul(transposed(Q), transposed(dS)))',
      ],
    ],
  },
  {
    file: 'src/layers/class-token.ts',
    tests: layers,
    mutants: [
      [
        'class token after the other tokens',
        '[broadcastTo(token, [batch, 1, width]), tokens]',
        '[tokens, broadcastTo(token, [batch, 1, width])]',
      ],
      ['class token initialized too small', 'normalWith(1)', 'normalWith(0.02)'],
    ],
  },
  {
    file: 'src/layers/linear.ts',
    tests: layers,
    mutants: [
      ['no bias', 'bias === undefined ? y : add(y, bias)', 'y'],
      ['bias twice', 'add(y, bias)', 'add(add(y, bias), bias)'],
      [
        'bias does not start at zero',
        'parameter({ out: units }, zeros)',
        'parameter({ out: units }, glorotUniform(1, 1))',
      ],
      [
        'gradient of the weight not transposed',
        'transpose(matMul(dY, X, true, false))',
        'reshape(matMul(dY, X, true, false), W.shape)',
      ],
      ['multiply-accumulates without the outputs', 'sizeOf(input.sizes) * units', 'sizeOf(input.sizes)'],
    ],
  },
  {
    file: 'src/layers/dropout.ts',
    tests: layers,
    mutants: [
      ['drop and keep rate swapped', 'bernoulli(context.key, 1 - rate, shape)', 'bernoulli(context.key, rate, shape)'],
      ['kept values not scaled', 'mul(mask, 1 / (1 - rate))', 'mask'],
      ['active in evaluation', "context.mode === 'eval' || rate === 0", 'rate === 0'],
      ['draw not declared', 'rate === 0 ? [] : [[]]', '[]'],
      ['path dropped per element', 'x.shape.map((size, axis) => (axis === 0 ? size : 1))', 'x.shape'],
    ],
  },
  {
    file: 'src/layers/gelu.ts',
    tests: layers,
    mutants: [
      ['erf of x', 'erf(t)', 'erf(x)'],
      ['density without the square root', '-Math.log(Math.PI) / 2', '-Math.log(Math.PI)'],
      ['narrower density', 'square(t)', 'mul(square(t), 2)'],
      ['gradient without x φ(x)', 'add(cdf, slope)', 'cdf'],
    ],
  },
  {
    file: 'src/layers/layer-norm.ts',
    tests: layers,
    mutants: [
      ['no epsilon', 'add(mean(square(centered), -1, true), epsilon)', 'mean(square(centered), -1, true)'],
      ["Keras's default epsilon", 'options.epsilon ?? 1e-6', 'options.epsilon ?? 1e-3'],
      ['not centred', 'sub(x, mean(x, -1, true))', 'x'],
      ['no offset', 'add(mul(normalized, scale), offset)', 'mul(normalized, scale)'],
      [
        'gradient without the variance',
        'sub(sub(mul(dy, gamma), along), matMul(dy, column))',
        'sub(mul(dy, gamma), matMul(dy, column))',
      ],
      [
        'gradient without the mean',
        'sub(sub(mul(dy, gamma), along), matMul(dy, column))',
        'sub(mul(dy, gamma), along)',
      ],
      ['gradient without the scale', 'sub(mul(dy, gamma), along)', 'sub(dy, along)'],
      [
        'means of the gradient without the scale',
        'mul(reshape(gamma, [-1, 1]), 1 / gamma.size)',
        'add(mul(reshape(gamma, [-1, 1]), 0), 1 / gamma.size)',
      ],
      ['gradient of the scale averaged', '[dX, sum(dYXHat, leading)', '[dX, mean(dYXHat, leading)'],
    ],
  },
  {
    file: 'src/layers/locality-attention.ts',
    tests: layers,
    mutants: [
      [
        'temperature initialized to the width',
        'parameter({}, constant(Math.sqrt(headDim)))',
        'parameter({}, constant(headDim))',
      ],
      [
        'scores multiplied by the temperature',
        'scale: (params) => div(1, params.temperature),',
        'scale: (params) => params.temperature,',
      ],
      ['scale initialized to its inverse', 'constant(1 / Math.sqrt(headDim))', 'constant(Math.sqrt(headDim))'],
      ['fixed temperature ignored', 'scale: (_, headDim) => 1 / Math.sqrt(headDim),', 'scale: () => 1,'],
      [
        'scale shown as the temperature',
        'temperature: (params) => div(1, params.scale)',
        'temperature: (params) => params.scale',
      ],
      ['no mask', 'maskDiagonal = true }', 'maskDiagonal = false }'],
      [
        'temperature per feature instead of per head',
        'mul(reshape(values, [-1, 1]), ones([1, headDim]))',
        'mul(reshape(values, [1, -1]), ones([headDim, 1]))',
      ],
    ],
  },
  {
    file: 'src/layers/self-attention.ts',
    tests: layers,
    mutants: [
      [
        'not scaled by the square root',
        'scale: (_, headDim) => 1 / Math.sqrt(headDim)',
        'scale: (_, headDim) => 1 / headDim',
      ],
      ['keys computed from the queries', 'const k = inHeads(params.key);', 'const k = inHeads(params.query);'],
      [
        'bias of the query not scaled',
        'mapSame<CoreTensor>((leaf) => mul(leaf, factor))(p)',
        '{ ...p, weight: mul(p.weight, factor) }',
      ],
      ['kept weights not scaled', 'drop === undefined ? undefined : 1 / (1 - dropRate)', 'undefined'],
      [
        'heads and tokens not transposed in the input',
        'heads, headDim]), [0, 2, 1, 3])',
        'headDim, heads]), [0, 3, 1, 2])',
      ],
      ['observed weights without mask', 'attentionWeights(q, k, maskDiagonal)', 'attentionWeights(q, k, false)'],
      ['one of two attention products counted', 'output.macs + 2 *', 'output.macs +'],
      [
        'Glorot initializer for the projections of Keras',
        'glorotUniform(heads * dim, headDim * dim)',
        'glorotUniform(dim, heads * headDim)',
      ],
      [
        'Glorot initializer for the output of Keras',
        'glorotUniform(headDim * heads, dim * heads)',
        'glorotUniform(headDim * heads, dim)',
      ],
      [
        'separate initializers for the official query, key and value',
        'glorotNormal(dim, 3 * heads * headDim)',
        'glorotNormal(dim, heads * headDim)',
      ],
    ],
  },
  {
    file: 'src/layers/mlp.ts',
    tests: layers,
    mutants: [
      ['activation always after the last layer', 'i < units.length - 1 ||', 'i < units.length ||'],
      ['activation never after the last layer', 'options.activateLast === true', 'false'],
      ['no dropout', 'serial(gelu, dropout(options.dropRate ?? 0))', 'gelu'],
    ],
  },
  {
    file: 'src/layers/conv.ts',
    tests: layers,
    mutants: [
      ['no bias', 'bias && offset !== undefined ? add(y, offset) : y', 'y'],
      ['fans of one pixel', 'initializer(pixels * inputs, pixels * outputs)', 'initializer(inputs, outputs)'],
    ],
  },
  {
    file: 'src/layers/batch-norm.ts',
    tests: [...layers, 'test/golden/batch-norm.test.ts', 'test/train/state.test.ts'],
    mutants: [
      ['the running variance divided by n', 'mul(variance, count / (count - 1))', 'variance'],
      [
        'the momentum from the other end',
        'add(mul(running, 1 - momentum), mul(now, momentum))',
        'add(mul(running, momentum), mul(now, 1 - momentum))',
      ],
      ['the running mean not updated', 'update(context, params.mean, () => towards(params.mean, center));', ''],
    ],
  },
  {
    file: 'src/core/state.ts',
    tests: ['test/train/state.test.ts'],
    mutants: [
      ['a second update accepted', '!updates.has(position)', 'true'],
      ['an update of any tensor accepted', 'position >= 0,', 'true,'],
    ],
  },
  {
    file: 'src/models/cct/cct.ts',
    tests: ['test/golden/cct.test.ts', 'test/models', 'test/structure'],
    mutants: [
      ['branches dropped alike in all blocks', '(dropRates.path * i) / (depth - 1)', 'dropRates.path'],
      [
        'the second norm in its branch',
        "named('norm', layerNorm(config)),\n        residual(\n          serial(\n",
        "residual(\n          serial(named('norm', layerNorm(config)),\n",
      ],
      ['shifted by a whole token', 'tokenizer.ratio * pixelsPerToken', '2 * tokenizer.ratio * pixelsPerToken'],
      ['the gain of ReLU forgotten', 'Math.sqrt(2 / fanIn)', 'Math.sqrt(1 / fanIn)'],
    ],
  },
  {
    file: 'src/models/cct/family.ts',
    tests: ['test/models'],
    mutants: [['pooling without padding', 'stride: 2, padding: 1', 'stride: 2, padding: 0']],
  },
  {
    file: 'src/layers/conv-tokens.ts',
    tests: layers,
    mutants: [
      ['no ReLU', '      relu,\n      maxPool', '      maxPool'],
      [
        'pooling without padding',
        'maxPool({ size: 3, stride: 2, padding: 1 })',
        "maxPool({ size: 3, stride: 2, padding: 'same' })",
      ],
      ['all convolutions of the last width', 'i < count - 1 ? hidden : dim', 'dim'],
    ],
  },
  {
    file: 'src/layers/layer-scale.ts',
    tests: layers,
    mutants: [['not scaled', 'return mul(x, scale)', 'return mul(x, mul(scale, scale))']],
  },
  {
    file: 'src/layers/sequence-pool.ts',
    tests: layers,
    mutants: [
      ['no softmax', 'softmax(reshape(scores, [batch, 1, count]))', 'reshape(scores, [batch, 1, count])'],
      ['multiply-accumulates of the scores only', 'scored.macs + batch * tokens * width', 'scored.macs'],
    ],
  },
  {
    file: 'src/layers/resize.ts',
    tests: layers,
    mutants: [
      ['corners instead of centers', '[height, width], false, true)', '[height, width], false, false)'],
      ['the methods exchanged', "method === 'bilinear'\n", "method !== 'bilinear'\n"],
    ],
  },
  {
    file: 'src/layers/reorder.ts',
    tests: layers,
    mutants: [
      ['rolls the other way', '((-by % tokens) + tokens) % tokens', '((by % tokens) + tokens) % tokens'],
      ['gathers features', "'int32'), 1)", "'int32'), 2)"],
    ],
  },
  {
    file: 'src/layers/patches.ts',
    tests: layers,
    mutants: [
      ['patches in column order', 'transpose(grid, [0, 1, 3, 2, 4, 5])', 'transpose(grid, [0, 3, 1, 2, 4, 5])'],
      ['pixels in column order', 'transpose(grid, [0, 1, 3, 2, 4, 5])', 'transpose(grid, [0, 1, 3, 4, 2, 5])'],
      ['not cut into patches', 'transpose(grid, [0, 1, 3, 2, 4, 5])', 'grid'],
    ],
  },
  {
    file: 'src/layers/pooling.ts',
    tests: layers,
    mutants: [
      ['mean over features', '(x) => mean(x, 1)', '(x) => mean(x, 2)'],
      ['second token instead of the first', 'slice(x, [0, 0, 0]', 'slice(x, [0, 1, 0]'],
    ],
  },
  {
    file: 'src/layers/position-embedding.ts',
    tests: layers,
    mutants: [
      ['positions not added', 'add(tokens, params.table)', 'tokens'],
      ['positions initialized too large', 'uniformIn(0.05)', 'uniformIn(0.5)'],
    ],
  },
  {
    file: 'src/layers/shifts.ts',
    tests: layers,
    mutants: [
      [
        'order of Keras changed',
        'keras: [leftUp, leftDown, rightUp, rightDown]',
        'keras: [leftUp, rightUp, leftDown, rightDown]',
      ],
      ['official order changed', '[rightDown, leftDown, rightUp, leftUp]', '[leftUp, rightUp, leftDown, rightDown]'],
      [
        'official order of cardinal shifts changed',
        'official: [right, left, down, up]',
        'official: [left, right, up, down]',
      ],
      [
        'name of the opposite direction',
        "{ name: 'left-down', down: 1, right: -1 }",
        "{ name: 'left-down', down: -1, right: 1 }",
      ],
      [
        'rows shifted in the opposite direction',
        '[0, vertical.after, horizontal.after, 0]',
        '[0, vertical.before, horizontal.after, 0]',
      ],
      [
        'columns padded on the wrong side',
        '[horizontal.before, horizontal.after],',
        '[horizontal.after, horizontal.before],',
      ],
      ['original view last', '[images, ...copies]', '[...copies, images]'],
    ],
  },
  {
    file: 'src/layers/shifted-patch-tokens.ts',
    tests: layers,
    mutants: [
      [
        'half a patch rounded up',
        'Math.floor(options.patch * (options.ratio ?? 0.5))',
        'Math.ceil(options.patch * (options.ratio ?? 0.5))',
      ],
      ['shift by a quarter of a patch', 'options.ratio ?? 0.5', 'options.ratio ?? 0.25'],
      ['epsilon not passed to the norm', 'layerNorm(options)', 'layerNorm()'],
    ],
  },
  {
    file: 'src/models/vit/vit.ts',
    tests: layers,
    mutants: [
      ['normal initializer for the positions of Keras', 'position: uniformIn(0.05)', 'position: normalWith(0.05)'],
      [
        'head without its last activation',
        'dropRate: config.dropRates.head, activateLast: true',
        'dropRate: config.dropRates.head',
      ],
      ['no attention dropout', 'dropRate: config.dropRates.attention,', 'dropRate: 0,'],
      ['no dropout of the representation', 'dropout(config.dropRates.representation)', 'dropout(0)'],
      ['no norm after the blocks', "named('norm', layerNorm(config)),\n    poolings", 'poolings'],
      [
        'blocks with the default epsilon',
        "serial(named('norm', layerNorm(config)), attentionIn(config)",
        "serial(named('norm', layerNorm()), attentionIn(config)",
      ],
    ],
  },
  {
    file: 'src/core/threefry.ts',
    tests: core,
    mutants: [
      ['wrong parity constant', '0x1bd11bda', '0x1bd11bdb'],
      ['wrong rotation', '[17, 29, 16, 24]', '[17, 29, 16, 25]'],
      ['key injections off by one', '% 3]! + group + 1) | 0', '% 3]! + group) | 0'],
    ],
  },
  {
    file: 'src/core/internal/threefry-plain.ts',
    tests: core,
    mutants: [['both halves decide alike', 'words[i]! >>> 16 < threshold', '(words[i]! & 0xffff) < threshold']],
  },
  {
    file: 'src/core/internal/threefry-simd.ts',
    tests: core,
    mutants: [
      ['threshold off by one', 'Math.min(threshold - 1, 0xffff)', 'Math.min(threshold, 0xffff)'],
      ['probability 0 not handled', 'threshold > 0 ? 0x01010101 : 0', '0x01010101'],
    ],
  },
  {
    file: 'src/core/bits.ts',
    tests: core,
    mutants: [
      ['probability inverted', 'Math.round(probability * 2 ** 16)', 'Math.round((1 - probability) * 2 ** 16)'],
      ['offset within a block ignored', 'const skipped = from + at - first * perBlock;', 'const skipped = 0;'],
      ['skipped elements not counted', 'Math.min(blocks * perBlock - skipped,', 'Math.min(blocks * perBlock,'],
    ],
  },
  {
    file: 'src/core/key.ts',
    tests: [...core, ...layers],
    mutants: [
      [
        'numbers and names share a counter',
        "typeof name === 'number' ? [name >>> 0, NUMBER] : nameWords(name)",
        'nameWords(String(name))',
      ],
      ['high half of the seed lost', 'Math.floor(seed / 2 ** 32) >>> 0', '0'],
      ['same initial value for both words', '0x811c9dc5', '0x9747b28c'],
    ],
  },
  {
    file: 'src/core/context.ts',
    tests: [...core, ...layers],
    mutants: [['child draws from the key of its parent', 'key: fold(context.key, name)', 'key: context.key']],
  },
  {
    file: 'src/core/host-draws.ts',
    tests: core,
    mutants: [
      ['standard deviation of normal draws too small', '-2 * Math.log(1 - pairs[i]!)', '-1 * Math.log(1 - pairs[i]!)'],
      [
        'both numbers of a pair from the cosine',
        'output[i - before + 1] = radius * Math.sin(angle)',
        'output[i - before + 1] = radius * Math.cos(angle)',
      ],
      ['ranges that begin within a pair', 'const before = from % 2;', 'const before = 0;'],
      ['no element keeps its place', 'draws[i]! * (i + 1)', 'draws[i]! * i'],
    ],
  },
  {
    file: 'src/core/initializers.ts',
    tests: [...core, ...layers],
    mutants: [
      ['uniform initializer without negative values', '(2 * u - 1) * limit', 'u * limit'],
      ['limit of Glorot uniform too small', 'Math.sqrt(6 / (fanIn + fanOut))', 'Math.sqrt(3 / (fanIn + fanOut))'],
      [
        'standard deviation of Glorot normal too small',
        'Math.sqrt(2 / (fanIn + fanOut))',
        'Math.sqrt(1 / (fanIn + fanOut))',
      ],
    ],
  },
  {
    file: 'src/core/declaration.ts',
    tests: core,
    mutants: [['all leaves from one key', 'path.reduce<Key>(fold, key)', 'key']],
  },
  {
    file: 'src/core/named.ts',
    tests: [...core, ...layers],
    mutants: [
      ['name not folded into the key', 'inner.draws.map((path) => [name, ...path])', 'inner.draws'],
      ['any name', 'isName(name), NAME', 'true, NAME'],
    ],
  },
  {
    file: 'src/core/internal/names.ts',
    tests: core,
    mutants: [
      ['an empty name', "name !== '' && ", ''],
      ['a separator in a name', "!name.includes('/')", 'true'],
      ['a property of every object', '!(name in Object.prototype)', 'true'],
    ],
  },
  {
    file: 'src/core/tree.ts',
    tests: core,
    mutants: [
      ['separators not escaped', ".replaceAll('/', '~1')", ''],
      ['escapes not escaped', ".replaceAll('~', '~0')", ''],
    ],
  },
  {
    file: 'src/core/internal/merge.ts',
    tests: [...core, ...layers],
    mutants: [
      ['multiply-accumulates of the first layer lost', 'first.macs + second.macs', 'second.macs'],
      ['draws of the first layer lost', '[...first.draws, ...second.draws]', 'second.draws'],
    ],
  },
  {
    file: 'src/core/host-operations.ts',
    tests: core,
    mutants: [
      ['inverse permutation in transpose', 'permutation.map((axis) => sizeOf(', 'axes.map((axis) => sizeOf('],
      ['start of a slice ignored', '(row * size + from) * inner', 'row * size * inner'],
      [
        'only the first row concatenated',
        'data.subarray(row * length, (row + 1) * length)',
        'data.subarray(0, length)',
      ],
    ],
  },
  {
    file: 'src/core/fan-out.ts',
    tests: [...core, ...layers],
    mutants: [
      ['residual without its input', 'combined(add, [identity, layer])', 'combined(add, [layer])'],
      ['sum of the first two only', 'others.reduce<CoreTensor>', 'others.slice(0, 1).reduce<CoreTensor>'],
    ],
  },
  {
    file: 'src/core/value-and-grad.ts',
    tests: core,
    mutants: [['gradients doubled', 'scalar(1),', 'scalar(2),']],
  },
  {
    file: 'src/train/objectives/cross-entropy.ts',
    tests: objectives,
    mutants: [
      ['smoothed over the other classes', 'labelSmoothing / classes)', 'labelSmoothing / (classes - 1))'],
      ['smoothed without taking off', 'mul(hard, 1 - labelSmoothing)', 'hard'],
      [
        'a target of 0 times −∞',
        "where(cast(weighted, 'bool'), mul(weighted, logProbabilities), zerosLike(logProbabilities))",
        'mul(weighted, logProbabilities)',
      ],
      ['a wrong label costs nothing', 'where(valid, values, fill(values.shape, Number.NaN))', 'values'],
      ['one class too many', 'less(target as CoreTensor, classes)', 'less(target as CoreTensor, classes + 1)'],
      ['negative labels', 'greaterEqual(target as CoreTensor, 0)', 'greaterEqual(target as CoreTensor, -1)'],
    ],
  },
  {
    file: 'src/train/objectives/classification.ts',
    tests: objectives,
    mutants: [
      ['divided by the number of images', 'div(sum(losses), sum(weights))', 'mean(losses)'],
      ['weights of images ignored', 'isAlone(target) ? values : mul(values, target.weights)', 'values'],
      [
        'class weights ignored beside own weights',
        'own === undefined ? target.weights : mul(own, target.weights)',
        'target.weights',
      ],
      ['metrics not divided by weights', 'total / (weight ?? examples)', 'total / examples'],
      ['metric smoothed as the loss', 'crossEntropy(logits, target))', 'crossEntropy(logits, target, options))'],
      ['top 4', 'inTopK(logits, target, 5)', 'inTopK(logits, target, 4)'],
    ],
  },
  {
    file: 'src/train/objectives/class-target.ts',
    tests: objectives,
    mutants: [
      ['one class too many', 'label < classes', 'label <= classes'],
      ['negative labels', 'label >= 0', 'label >= -1'],
      ['negative probabilities', '!(value >= 0)', 'Number.isNaN(value)'],
      ['sums not compared', 'Math.abs(total - 1) > TOLERANCE', 'false'],
      ['negative weights', 'weight >= 0', 'weight >= -1'],
    ],
  },
  {
    file: 'src/train/objectives/top-k.ts',
    tests: objectives,
    mutants: [
      ['ties count as hits', 'maximum(tied, 1)', '1'],
      ['a row with NaN may be right', 'mul(hits, isOrdered)', 'hits'],
      ['one place too many', 'sub(k, above)', 'sub(k + 1, above)'],
      ['hits below 0', 'maximum(sub(k, above), 0)', 'sub(k, above)'],
      ['more hits than ties', 'minimum(maximum(sub(k, above), 0), tied)', 'maximum(sub(k, above), 0)'],
      ['−∞ in the logits is NaN', 'where(isOwn, all, zerosLike(all))', "mul(cast(isOwn, 'float32'), all)"],
      ['the least probable class', 'argMax(target as CoreTensor, -1)', 'argMax(mul(target as CoreTensor, -1), -1)'],
    ],
  },
  {
    file: 'src/train/objectives/regression.ts',
    tests: objectives,
    mutants: [['sum over the elements', 'return mean(squared', 'return sum(squared']],
  },
  {
    file: 'src/train/metric.ts',
    tests: ['test/train/metric.test.ts', 'test/laws/metrics.test.ts'],
    mutants: [
      ['sums of the last batch alone', 'own(own(totals.sums, metric) ?? {}, statistic) ?? 0', '0'],
      ['properties of every object', 'Object.hasOwn(values, name) ? values[name] : undefined', 'values[name]'],
      ['examples of the last batch alone', 'totals.examples + examples', 'examples'],
      ['a statistic replaced', 'before === undefined ? value : combine(before, value)', 'value'],
    ],
  },
  {
    file: 'src/train/schedule.ts',
    tests: train,
    mutants: [
      [
        'cosine as long as the whole',
        'Math.PI / Math.max(1, totalSteps - warmUpSteps)',
        'Math.PI / Math.max(1, totalSteps)',
      ],
      ['cosine from zero', '0.5 * (base - finalRate)', '0.5 * base'],
      ['warm-up one step short', 'less(step, warmUpSteps)', 'less(step, warmUpSteps - 1)'],
      ['one step longer', 'greater(step, totalSteps)', 'greater(step, totalSteps + 1)'],
      ['warm-up too steep', '(base - warmUpRate) / warmUpSteps', 'base / warmUpSteps'],
      ['warm-up from zero', 'add(mul(step, slope), warmUpRate)', 'mul(step, slope)'],
      [
        'warm-up one step long',
        'less(step, warmUpSteps)',
        'less(step, warmUpSteps + 1)',
        'at the step where the warm-up ends both the line and the cosine give the base rate',
      ],
    ],
  },
  {
    file: 'src/train/optimizer/adam.ts',
    tests: train,
    mutants: [
      ['mean without its share', 'mul(g, 1 - beta1)', 'g'],
      ['variance of the gradient itself', 'mul(square(g), 1 - beta2)', 'mul(g, 1 - beta2)'],
      [
        'second correction not rooted',
        'const second = sqrt(biasCorrection(beta2, t));',
        'const second = biasCorrection(beta2, t);',
      ],
      ["Keras's epsilon corrected", "epsilonOn === 'raw' ? epsilon : mul(second, epsilon)", 'mul(second, epsilon)'],
      ["PyTorch's epsilon raw", "epsilonOn === 'raw' ? epsilon : mul(second, epsilon)", 'epsilon'],
      ['counts from zero', 'const t = add(step, 1);', 'const t = step;'],
      ['another β₂', 'beta2 = 0.999', 'beta2 = 0.99'],
      ["Keras's default epsilon", "epsilonOn === 'raw' ? 1e-7 : 1e-8", '1e-8'],
      ['correction of the square of β', '-Math.log(beta) / 2', '-Math.log(beta)'],
    ],
  },
  {
    file: 'src/train/optimizer/links.ts',
    tests: train,
    mutants: [
      [
        'decay the wrong way',
        'add(update, mul(parameter, decay)) : update',
        'add(update, mul(parameter, -decay)) : update',
      ],
      [
        'decay not masked',
        'mask(path) ? add(update, mul(parameter, decay)) : update',
        'add(update, mul(parameter, decay))',
      ],
      ['clip scales up too', 'maximum(globalNorm(updates), limit)', 'globalNorm(updates)'],
      [
        'norm not rooted',
        'sqrt(leaves<Tensor>(tree).reduce<Tensor>((total, leaf) => add(total, sum(square(leaf))), scalar(0)))',
        'leaves<Tensor>(tree).reduce<Tensor>((total, leaf) => add(total, sum(square(leaf))), scalar(0))',
      ],
      ['uphill', 'neg(learningRate)', 'learningRate'],
      ['one rate for all', 'factor === 1 ? descent : mul(descent, factor)', 'descent'],
    ],
  },
  {
    file: 'src/train/optimizer/adamw.ts',
    tests: train,
    mutants: [
      [
        'scaled decay after the rate',
        'adam, decay: addDecayedWeights(weightDecay, decayMask), rate }',
        'adam, rate, decay: addDecayedWeights(weightDecay, decayMask) }',
      ],
      [
        'independent decay before the rate',
        'adam, rate, decay: addDecayedWeights(-weightDecay, decayMask)',
        'adam, decay: addDecayedWeights(-weightDecay, decayMask), rate',
      ],
      [
        'L2 after Adam',
        'decay: addDecayedWeights(weightDecay, decayMask), adam, rate }',
        'adam, decay: addDecayedWeights(weightDecay, decayMask), rate }',
      ],
      ['not clipped', '{ clip: clipByGlobalNorm(clip) }', '{}'],
    ],
  },
  {
    file: 'src/train/step.ts',
    tests: train,
    mutants: [
      ['steps not counted', "add(state.step, scalar(1, 'int32'))", 'state.step'],
      ['trains in evaluation', '{ ...training(key), update: receive }', '{ ...evaluation, update: receive }'],
      [
        'gradients of state clipped with the others',
        'mapSame(updated((_, leaf) => zerosLike(leaf)))(gradients)',
        'gradients',
      ],
      ['state not updated', 'mapSame(taken)(plus(trained, update.updates))', 'plus(trained, update.updates)'],
      ['updates of the optimizer not kept', '(taken)(update.state)', '(taken)(state.optimizer)'],
      ['nothing reported', 'update.report ?? {}', '{}'],
      [
        'gradients of frozen parameters too',
        'const isTrained = trainedBy(optimizer);',
        'const isTrained = () => true;',
      ],
      ['statistics averaged', 'mapAverages(optimizer)(taken)(update.state)', 'update.state'],
      ['state of frozen layers updated', 'next === undefined || !isTrained(path)', 'next === undefined'],
    ],
  },
  {
    file: 'src/train/restore.ts',
    tests: ['test/train/restore.test.ts'],
    mutants: [
      ['types and shapes not compared', 'actual === expected', 'true'],
      [
        'tensors that are left over ignored',
        'missing.length + extra.length + mismatched',
        'missing.length + mismatched',
      ],
    ],
  },
  {
    file: 'src/train/safetensors/dtypes.ts',
    tests: codec,
    mutants: [
      ['subnormal half precision', 'sign * fraction * 2 ** -14', 'sign * fraction * 2 ** -15'],
      ['bfloat16 as the lower half', 'upper << 16', 'upper'],
      ['integers wrap around', 'value >= -(2 ** 31) && value < 2 ** 31', 'true'],
      ['numbers beyond float32 become infinite', 'Number.isFinite(Math.fround(number)) ||', 'true ||'],
    ],
  },
  {
    file: 'src/train/safetensors/header.ts',
    tests: codec,
    mutants: [
      ['gaps and overlaps allowed', 'entry.start !== end', 'false'],
      ['bytes behind the tensors allowed', 'end === fileSize ? E.right', 'end <= fileSize ? E.right'],
      ['sizes not compared with the bytes', 'return to - from === bytes', 'return to >= from'],
      ['headers of any length', 'length > LONGEST_HEADER', 'false'],
    ],
  },
  {
    file: 'src/train/safetensors/decode.ts',
    tests: codec,
    mutants: [['checksum not compared', 'found === checksum.sha256', 'true']],
  },
  {
    file: 'src/models/pytorch-rules.ts',
    tests: [...weights, 'test/golden/cct.test.ts'],
    mutants: [
      ['kernels not transposed', 'host.transpose([2, 3, 1, 0])', 'host.transpose([3, 2, 1, 0])'],
      ['weights not transposed', '/weight`, turned, turned)', '/weight`, E.right, E.right)'],
      ['query and key swapped', "['query', 'key', 'value']", "['key', 'query', 'value']"],
    ],
  },
  {
    file: 'src/models/vit/weights/keras.ts',
    tests: weights,
    mutants: [
      ['query and key swapped', "['query', 'key', 'value']", "['key', 'query', 'value']"],
      ['temperature missing', "(kind === 'locality' ?", '(kind !== kind ?'],
    ],
  },
  {
    file: 'src/train/optimizer/optimizer.ts',
    tests: train,
    mutants: [['reports of the last link alone', '{ ...report, ...next.report }', 'next.report ?? {}']],
  },
  {
    file: 'src/train/optimizer/fine-tuning.ts',
    tests: ['test/train/fine-tuning.test.ts'],
    mutants: [
      ['average of the parameters before the update', 'add(parameter, update))', 'add(parameter, mul(update, 0)))'],
      ['initial parameters count', 'div(step, add(step, 9))', 'div(add(step, 1), add(step, 10))'],
      ['no slower beginning', 'minimum(div(step, add(step, 9)), decay)', 'decay'],
      ['sum instead of mean', 'div(leaf, count)', 'leaf'],
      ['sum not emptied', 'sum: choose(zeros, sum)', 'sum'],
      ['state changed in every step', 'choose(next.state, before)', 'next.state'],
      ['steps counted, not updates', 'floor(div(step, count))', 'step'],
    ],
  },
  {
    file: 'src/train/optimizer/averages.ts',
    tests: ['test/train/fine-tuning.test.ts'],
    mutants: [
      ['averages not evaluated', 'if (averages === undefined) return params;', 'if (averages !== null) return params;'],
    ],
  },
  {
    file: 'src/train/take-params.ts',
    tests: ['test/train/take-params.test.ts'],
    mutants: [
      ['tensors of another shape taken', 'wanted !== got', 'false'],
      ['numbers that are not finite taken', 'notFinite({ tensor }) === undefined ?', 'tensor !== undefined ?'],
    ],
  },
  {
    file: 'src/train/early-stopping.ts',
    tests: ['test/train/early-stopping.test.ts'],
    mutants: [
      ['of equal epochs the last', "(best === 'highest' ? a > b : a < b)", "(best === 'highest' ? a >= b : a < b)"],
      ['one epoch later', '>= stopping.patience', '> stopping.patience'],
    ],
  },
  {
    file: 'src/train/objectives/balanced-weights.ts',
    tests: ['test/train/objectives/balanced-weights.test.ts'],
    mutants: [['weights without a mean of 1', 'count / (present * images)', '1 / images']],
  },
  {
    file: 'src/core/path-pattern.ts',
    tests: ['test/core/path-pattern.test.ts'],
    mutants: [
      [
        'stars across names only once',
        "pattern.split(/\\*+/).map(escaped).join('.*')",
        "escaped(pattern.replace('*', '')).concat('.*')",
      ],
      ['two stars stand for one name or more', '.slice(from)', '.slice(from + 1)'],
      ['nothing escaped', '.map(escaped)', ''],
    ],
  },
  {
    file: 'src/train/check-start.ts',
    tests: ['test/cases/sizes.test.ts'],
    mutants: [
      ['only the step checked', 'optimizer: optimizer.init(filter(trainedBy(optimizer))(specs))', 'optimizer: {}'],
    ],
  },
  {
    file: 'src/core/require.ts',
    tests: ['test/cases/sizes.test.ts'],
    mutants: [['any size', 'if (holds) return;', 'if (holds || !holds) return;']],
  },
  {
    file: 'src/core/sequence.ts',
    tests: ['test/cases/sizes.test.ts'],
    mutants: [['any depth', 'params.length === parts.length', 'true']],
  },
  {
    file: 'src/models/images-of.ts',
    tests: ['test/cases/sizes.test.ts'],
    mutants: [['any height', 'rows === height && ', '']],
  },
  {
    file: 'src/train/trainer.ts',
    tests: fit,
    mutants: [
      [
        'every step from one key',
        "fold(fold(epochKeyOf(key, batch.epoch), 'step'), batch.index)",
        "fold(epochKeyOf(key, batch.epoch), 'step')",
      ],
      [
        'seconds before a stop lost',
        'progress.seconds + (performance.now() - since) / 1000',
        '(performance.now() - since) / 1000',
      ],
      ['validation not checked', '!Number.isFinite(value)', 'false'],
      ['state of a failed step left', 'engine.dispose(state);', ''],
    ],
  },
  {
    file: 'src/train/fit.ts',
    tests: fit,
    mutants: [
      ['batches done before a stop again', 'epoch === first ? batchesDone : 0', '0'],
      ['epochs end without their validation', 'isTraining !== validates', 'isTraining'],
      ['state left', 'release(live);', ''],
    ],
  },
  {
    file: 'src/data/augment/affine.ts',
    tests: data,
    mutants: [
      ['mirror at the centre of a pixel', 'const period = 2 * size;', 'const period = 2 * size - 2;'],
      [
        'folded without the half',
        '(wrapped < size ? wrapped : period - wrapped) - 0.5',
        'wrapped < size ? wrapped : period - wrapped',
      ],
      ['weights changed over', 'const topRight = across * (1 - down);', 'const topRight = (1 - across) * down;'],
      ['nearest pixel', 'const across = x - left;', 'const across = Math.round(x - left);'],
      ['rows and columns changed over', 'xx * column + xy * row + x0', 'xx * row + xy * column + x0'],
    ],
  },
  {
    file: 'src/data/augment/flip.ts',
    tests: data,
    mutants: [
      ['one pixel short', 'let column = width - 1; column >= 0;', 'let column = width - 2; column >= 0;'],
      ['flips seldom', 'probability: 0.5', 'probability: 0.25'],
    ],
  },
  {
    file: 'src/data/augment/normalize.ts',
    tests: data,
    mutants: [
      ['divided by the variance', 'Math.max(Math.sqrt(variance), SMALLEST_STD)', 'Math.max(variance, SMALLEST_STD)'],
      ['variance of a sample', '(value - mean) ** 2, 0) / pixels', '(value - mean) ** 2, 0) / (pixels - 1)'],
      ['one value alone', 'const SMALLEST_STD = 1e-7;', 'const SMALLEST_STD = 1;'],
      ['all channels together', 'histograms[i % channels]!', 'histograms[0]!'],
    ],
  },
  {
    file: 'src/data/augment/pipeline.ts',
    tests: data,
    mutants: [
      ['all transforms from one key', 'fixedKey : fold(key, position)', 'fixedKey : key'],
      ['the size without the transforms', 'steps.reduce((current, step) => step.outputSize(current), size)', 'size'],
      [
        'random transforms in evaluation',
        "phase === 'always' ? apply(fixedKey, current) : current",
        'apply(fixedKey, current)',
      ],
    ],
  },
  {
    file: 'src/data/augment/resize.ts',
    tests: data,
    mutants: [
      ['corners aligned', '((i + 0.5) * input) / output - 0.5', '(i * input) / output'],
      ['not clamped at the edge', 'Math.max(Math.floor(at), 0)', 'Math.abs(Math.floor(at))'],
      ['nearest pixel', 'weight[i] = at - Math.floor(at);', 'weight[i] = Math.round(at - Math.floor(at));'],
    ],
  },
  {
    file: 'src/data/augment/rotate.ts',
    tests: data,
    mutants: [
      ['clockwise', 'xy: -sin,', 'xy: sin,'],
      ['about a corner', 'x0: (x - (cos * x - sin * y)) / 2,', 'x0: 0,'],
      ['half the angle', 'factor * 2 * Math.PI', 'factor * Math.PI'],
      ['one way only', '(2 * u - 1) * factor', 'u * factor'],
    ],
  },
  {
    file: 'src/data/augment/zoom.ts',
    tests: data,
    mutants: [
      ['about the edge', '((image.height - 1) / 2) * (1 - height)', '(image.height / 2) * (1 - height)'],
      ['height and width changed over', 'xx: width,', 'xx: height,'],
      ['height and width not independent', '1 + (2 * v! - 1) * width', '1 + (2 * u! - 1) * width'],
    ],
  },
  {
    file: 'src/data/augment/shift.ts',
    tests: data,
    mutants: [
      ['never the whole way', 'const steps = 2 * pixels + 1;', 'const steps = 2 * pixels;'],
      ['along the diagonal only', 'Math.floor(v! * steps) - pixels', 'Math.floor(u! * steps) - pixels'],
      ['wrapped around', 'width - Math.abs(right)', 'width'],
    ],
  },
  {
    file: 'src/data/select-images.ts',
    tests: data,
    mutants: [
      ['split rounded up', 'Math.floor(source.count * (1 - fraction))', 'Math.ceil(source.count * (1 - fraction))'],
      [
        'the first part held back',
        'train: range(source, 0, cut), validation: range(source, cut, source.count)',
        'train: range(source, source.count - cut, source.count), validation: range(source, 0, source.count - cut)',
      ],
      ['labels of the wrong images', 'source.label(from + index)', 'source.label(index)'],
    ],
  },
  {
    file: 'src/data/concatenate-sources.ts',
    tests: data,
    mutants: [['sources over each other', 'index - (starts[at] ?? 0)', 'index']],
  },
  {
    file: 'src/data/requests.ts',
    tests: data,
    mutants: [
      ['the last batch lost', 'Math.ceil(count / batchSize)', 'Math.floor(count / batchSize)'],
      ['the same batch again', 'order.slice(from, to)', 'order.slice(0, size)'],
      ['batches done before a stop again', 'let index = done;', 'let index = 0;'],
      [
        'order drawn from the key of the epoch itself',
        "permutation(fold(epochKey, 'order'), count)",
        'permutation(epochKey, count)',
      ],
    ],
  },
  {
    file: 'src/data/make-batch.ts',
    tests: data,
    mutants: [
      ['labels in another order', 'const label = source.label(index);', 'const label = source.label(i);'],
      ['all images from one key', 'pipeline.augment(fold(key, index), raw.right)', 'pipeline.augment(key, raw.right)'],
      ['augmented from the key of the epoch itself', "fold(epochKey, 'augment')", 'epochKey'],
    ],
  },
  {
    file: 'src/data/formats/cifar.ts',
    tests: data,
    mutants: [
      ['the coarse label', 'labels: labels.at(-1) ?? []', 'labels: labels[0] ?? []'],
      ['planes as if interleaved', 'channel * PLANE + at', 'at * CHANNELS + channel'],
      ['labels as pixels', 'const from = i * record + skip;', 'const from = i * record;'],
    ],
  },
  {
    file: 'src/data/formats/idx.ts',
    tests: data,
    mutants: [
      ['little-endian sizes', 'view.getUint32(4 * (1 + axis))', 'view.getUint32(4 * (1 + axis), true)'],
      ['header as pixels', 'bytes.byteOffset + header, length - header', 'bytes.byteOffset, length - header'],
    ],
  },
  {
    file: 'src/engine/compiler/graph/elementwise.ts',
    tests: jit,
    mutants: [
      ['x − c as x + c', 'graph.splat(-c, [], a.dtype)', 'graph.splat(c, [], a.dtype)'],
      ['x / c as x · c', "graph.splat(1 / c, [], 'float32')", "graph.splat(c, [], 'float32')"],
      [
        'x¹·⁵ without its x',
        "binary(graph, 'Multiply', x, unary(graph, 'SquareRoot', x))",
        "unary(graph, 'SquareRoot', x)",
      ],
      ['factors added instead of multiplied', "graph.splat(c * d, [], 'float32')", "graph.splat(c + d, [], 'float32')"],
      ['sign lost', 'graph.splat(-d, [], a.dtype)', 'graph.splat(d, [], a.dtype)'],
      ['−a + b as a − b', "binary(graph, 'Subtract', b, a.inputs[0])", "binary(graph, 'Subtract', a.inputs[0], b)"],
      [
        'one negation instead of two',
        'return x.inputs[0];\n  return graph.make({ op }, [x]',
        'return x;\n  return graph.make({ op }, [x]',
      ],
      ['branches swapped', 'known === 0 ? otherwise : then', 'known === 0 ? then : otherwise'],
    ],
  },
  {
    file: 'src/engine/compiler/graph/reduce.ts',
    tests: jit,
    mutants: [
      ['a sum of equal numbers counts one', 'value * (sizeOf(x.shape) / sizeOf(shape))', 'value'],
      [
        'repetitions not counted',
        "op === 'ReduceSum' ? sizeOf(repeated.map((axis) => elementAt(x.shape, axis))) : 1",
        '1',
      ],
    ],
  },
  {
    file: 'src/engine/compiler/graph/movement.ts',
    tests: jit,
    mutants: [
      [
        'transposes composed in the wrong order',
        'permutation.map((axis) => elementAt(inner, axis))',
        'inner.map((axis) => elementAt(permutation, axis))',
      ],
      ['padded with its own value', 'splatValue(x) === value', 'splatValue(x) !== undefined'],
    ],
  },
  {
    file: 'src/engine/compiler/graph/mat-mul.ts',
    tests: jit,
    mutants: [
      [
        'transpose lost in a product',
        'absorbed(graph, node.inputs[0], !transposed)',
        'absorbed(graph, node.inputs[0], transposed)',
      ],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/propagation.ts',
    tests: divided,
    mutants: [
      [
        'square of a sum sharded as a sum of squares',
        "'Add', 'Subtract', 'Concatenate']",
        "'Add', 'Multiply', 'Concatenate']",
      ],
      ['the batch axis of the inverse transpose', 'permutation.indexOf(axis)', 'permutation[axis]'],
      [
        'concatenation along the batch',
        'found !== along && found !== undefined',
        'found !== undefined',
        'a concatenation along the batch is longer than each input, which is rejected anyway',
      ],
      [
        'the first axis after a reshape',
        'size > 1 && sizeOf(to.slice(0, at)) === before',
        'size > 1 && sizeOf(to.slice(0, at)) <= before',
      ],
      ['a softmax over the batch in shards', 'axisIf((at) => at < shape.length - 1)', 'axisIf(() => true)'],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/microbatches.ts',
    tests: divided,
    mutants: [
      ['the first images in every microbatch', 'first: range.first + i * size', 'first: range.first'],
      ['replicated values sliced at their start', 'at === axis ? i * length : 0', '0'],
      ['only the last microbatch in a sum', "binary(make, 'Add', sum, next)", 'next'],
      ['microbatches in reverse order', 'elementAt(after, i)', 'elementAt(after, count - 1 - i)'],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/epilogues.ts',
    tests: divided,
    mutants: [
      ['from partial results that are not a sum', ' && isSource(node)) arrays.add(node)', ') arrays.add(node)'],
      ['product treated as a sum', "computed.length === 1 || !computed.includes('product')", 'computed.length > 0'],
      ['only the scalars of the latest output', '...same.flatMap((group) => [...group.scalars]), ', ''],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/factored-gradients.ts',
    tests: divided,
    mutants: [
      ['factored gradients of any size', 'sizeOf(node.shape) >= node.inputs', '0 <= node.inputs'],
      ['products of any size', 'sizeOf(node.shape) >= LARGE', 'sizeOf(node.shape) >= 1'],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/rounds.ts',
    tests: ['test/engine/compiler/sharding/rounds.test.ts'],
    mutants: [
      ['a last round that is too long', 'Math.min(size, end - first)', 'size'],
      ['every round from the first image', 'start + i * size', 'start'],
      ['sizes of single images', 'largestDivisor(size, microbatch) >= microbatch / 2', 'true'],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/recompute.ts',
    tests: ['test/engine/compiler/sharding/recompute.test.ts'],
    mutants: [
      ['nothing is made again', 'if (!again.has(node)) return valueFor(made, node);', 'return valueFor(made, node);'],
      ['small arrays too', 'bytesOf(node) < smallest', 'false'],
    ],
  },
  {
    file: 'src/engine/compiler/sharding/lifetimes.ts',
    tests: ['test/engine/compiler/sharding/lifetimes.test.ts'],
    mutants: [
      ['outputs freed early', 'lastUses.set(storageOf(output), steps.size)', 'lastUses.get(output)'],
      ['nothing is written over', 'ends.set(over, step - 1)', 'ends.get(over)'],
    ],
  },
  {
    file: 'src/engine/onnxruntime/workers/collect.ts',
    tests: ['test/engine/compiler/sharding/rounds.test.ts'],
    mutants: [
      ['only the first round in a sum', 'sum[i]! += next[i]!', 'sum[i]! += 0 * next[i]!'],
      ['factors of every round at the start', 'factor.perImage * firstImage', '0'],
      ['only the last round in a concatenation', '(isFirstRound ? [] : parts)', '[]'],
    ],
  },
  {
    file: 'src/engine/onnxruntime/workers/products.ts',
    tests: divided,
    mutants: [
      [
        'same rows in every shard',
        'left.subarray(i * rows + start, i * rows + start + length)',
        'left.subarray(i * rows, i * rows + length)',
      ],
      [
        'every shard written to the position of the first',
        'use(await run(), start * columns)',
        'use(await run(), first * columns)',
      ],
    ],
  },
  {
    file: 'src/engine/onnxruntime/order.ts',
    tests: jit,
    mutants: [['reverse order', 'order.toReversed()', 'order']],
  },
  {
    file: 'src/engine/onnxruntime/reductions.ts',
    tests: jit,
    mutants: [
      [
        'any product with a constant fused as a mean',
        'splatValue(node.inputs[1]) === Math.fround',
        'splatValue(node.inputs[1]) !== Math.fround',
      ],
      [
        'any reshape fused as dropping axes',
        "isOp(node, 'Reshape') &&\n  sameShape",
        "isOp(node, 'Reshape') ||\n  sameShape",
      ],
      ['fused although used elsewhere', 'uses.get(sum) !== 1', 'uses.get(sum) === 0'],
    ],
  },
  {
    file: 'src/engine/onnxruntime/workers/messages.ts',
    tests: divided,
    mutants: [
      [
        'remainder of whole cache lines',
        'i === count ? length : Math.floor((length * i) / count / 16) * 16',
        'Math.floor((length * i) / count / 16) * 16',
      ],
    ],
  },
  {
    file: 'src/engine/compiler/fused-kernels/topological-order.ts',
    tests: jit,
    mutants: [
      [
        'computed once if any input is constant',
        'node.inputs.some((input) => found.has(input))',
        'node.inputs.length > 0 && node.inputs.every((input) => found.has(input))',
      ],
      ['one kernel for swapped arrays', 'arrays.indexOf(node)', '0'],
      [
        'kernel reused for 0 and −0',
        "Object.is(node.operation.value, -0) ? '-0' : node.operation.value",
        'node.operation.value',
      ],
    ],
  },
  {
    file: 'src/engine/compiler/fused-kernels/load-fused-kernel.ts',
    tests: jit,
    mutants: [
      ['first chunk repeated', 'arrays[i]!.subarray(at, at + count)', 'arrays[i]!.subarray(0, count)'],
      ['a quarter of a chunk', 'compute(4 * count, ...scalars)', 'compute(count, ...scalars)'],
    ],
  },
];
