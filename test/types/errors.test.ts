import { describe, expect, test } from 'vitest';
import { compile } from './programs.js';

interface Wrong {
  readonly code: number;
  /** What the message says, word for word. */
  readonly says: string;
  /** The line with the mistake ends in `//!`. */
  readonly program: string;
}

const wrong: Readonly<Record<string, Wrong>> = {
  'tokens required after pooling': {
    code: 2345,
    says: "'position' accepts [batch token feature], but [batch feature] reaches it",
    program: `
serial(
  tokens,
  meanPool,
  named('position', positionEmbedding()), //!
  named('norm', layerNorm()),
);`,
  },
  'attention on images, without a name': {
    code: 2345,
    says: 'this layer accepts [batch token feature], but [batch row column channel] reaches it',
    program: `
declare const views: core.Layer<core.NoParams, core.Images, core.Images>;
serial(
  views,
  attention, //!
);`,
  },
  'features required, but classes given': {
    code: 2345,
    says: "'again' accepts [… feature], but [batch class] reaches it",
    program: `
serial(
  tokens,
  meanPool,
  named('classifier', classifier(3)),
  named('again', linear(3)), //!
);`,
  },
  'a narrowed chain': {
    code: 2345,
    says: "'classifier' accepts [batch feature], but [batch token feature] reaches it",
    program: `
serial(
  named('norm', layerNorm()),
  named('position', positionEmbedding()),
  named('classifier', classifier(3)), //!
);`,
  },
  'a residual that changes axes': {
    code: 2345,
    says: "residual adds a layer's output to its input, but [batch token feature] becomes [batch feature]",
    program: `
residual(meanPool); //!`,
  },
  'a repeated layer that changes axes': {
    code: 2345,
    says: 'each layer here feeds the next one of the same kind, but its output has other axes than its input',
    program: `
repeat(2, meanPool); //!`,
  },
  'a separator in a name': {
    code: 2345,
    says: "a name must not contain '/', which separates the names of a path",
    program: `
named('a/b', linear(4)); //!`,
  },
  'an empty name': {
    code: 2345,
    says: 'a name must not be empty',
    program: `
named('', linear(4)); //!`,
  },
  'two parts of one name': {
    code: 2345,
    says: "an earlier part also has parameters called 'inner': give this one another name",
    program: `
serial(
  named('inner', linear(4)),
  gelu,
  named('inner', linear(4)), //!
);`,
  },
  'two parts without a name': {
    code: 2345,
    says: ': give this one another name',
    program: `
serial(
  linear(4),
  linear(4), //!
);`,
  },
  'training without a key': {
    code: 2345,
    says: "Property 'key' is missing",
    program: `
meanPool.apply({}, someTokens, { mode: 'train', path: [] }); //!`,
  },
  'tokens given to a model of images': {
    code: 2345,
    says: "'Tensor<Tokens>' is not assignable to parameter of type 'Tensor<Images>'",
    program: `
const model = serial(tokens, meanPool);
declare const params: core.ParamsOf<typeof model>;
model.apply(params, someTokens, evaluation); //!`,
  },
  'an assignment to a parameter': {
    code: 2540,
    says: "Cannot assign to 'temperature' because it is a read-only property",
    program: `
const model = serial(tokens, named('blocks', repeat(2, named('attention', attention))));
declare const params: core.ParamsOf<typeof model>;
params.blocks[1]!.attention.temperature = params.blocks[0]!.attention.temperature; //!`,
  },
  'a block removed from the list': {
    code: 2339,
    says: "Property 'pop' does not exist",
    program: `
const blocks = repeat(2, named('attention', attention));
declare const params: core.ParamsOf<typeof blocks>;
params.pop(); //!`,
  },
  'a misspelt leaf': {
    code: 2551,
    says: "Did you mean 'temperature'?",
    program: `
const model = serial(tokens, named('attention', attention));
declare const params: core.ParamsOf<typeof model>;
params.attention.temprature; //!`,
  },
  'an unknown part': {
    code: 2339,
    says: "Property 'blocks' does not exist",
    program: `
const model = serial(tokens, named('attention', attention));
declare const params: core.ParamsOf<typeof model>;
params.blocks; //!`,
  },
  'a temperature that is stored as a scale': {
    code: 2339,
    says: "Property 'temperature' does not exist",
    program: `
const scaled = localityAttention({ heads: 2, headDim: 4, temperature: 'scale-per-head' });
declare const params: core.ParamsOf<typeof scaled>;
params.temperature; //!`,
  },
  'an unknown kind of temperature': {
    code: 2322,
    says: 'is not assignable to type',
    program: `
localityAttention({
  heads: 2,
  headDim: 4,
  temperature: 'per-block', //!
});`,
  },
  'features given to a step that requires logits': {
    code: 2322,
    says: "Type 'Vectors' is not assignable to type 'Logits'",
    program: `
const model = serial(tokens, meanPool);
train.trainStep({
  model,
  objective, //!
  optimizer,
});`,
  },
  'the last of twelve parts': {
    code: 2345,
    says: "'l' accepts [batch token feature], but [batch feature] reaches it",
    program: `
serial(
  named('a', patchTokens({ patch: 4, dim: 8 })),
  named('b', positionEmbedding()),
  named('c', linear(8)),
  named('d', layerNorm()),
  named('e', residual(attention)),
  named('f', repeat(2, residual(attention))),
  named('g', linear(8)),
  named('h', layerNorm()),
  named('i', gelu),
  named('j', meanPool),
  named('k', linear(8)),
  named('l', positionEmbedding()), //!
);`,
  },
  'a list of unknown length': {
    code: 2345,
    says: 'the number of these layers is not known at compile time: use sequence(layers)',
    program: `
const many = [linear(3), linear(4)];
serial(
  ...many, //!
);`,
  },
  'a declaration with other axes than its type': {
    code: 2322,
    says: "Types of property 'output' are incompatible",
    program: `
declare const right: core.Layer<core.NoParams, core.Tokens, core.Vectors>;
const wrong: typeof right = {
  init: (input) => ({ _tag: 'Right', right: core.declare({}, core.shape(['batch', 'token'], [1, 2])) }), //!
  apply: right.apply,
};`,
  },
  'two lists of parameters': {
    code: 2345,
    says: `'"a list of parameters cannot be merged with other parameters: wrap the part that has it in named(…)"'`,
    program: `
serial(
  mlp([8]),
  mlp([8]), //!
);`,
  },
  'a list next to names': {
    code: 2345,
    says: 'a list of parameters cannot be merged with other parameters',
    program: `
serial(
  named('norm', layerNorm()),
  mlp([8]), //!
);`,
  },
  'a sum of outputs with other axes': {
    code: 2345,
    says: "'pooled' gives [batch feature], but the first part gives [batch token feature]",
    program: `
fanOut(
  add,
  named('near', linear(3)),
  named('pooled', meanPool), //!
);`,
  },
  'a skip connection around a layer that changes axes': {
    code: 2345,
    says: 'this layer gives [batch feature], but the first part gives [batch token feature]',
    program: `
fanOut(
  add,
  identity,
  meanPool, //!
);`,
  },
  'parts that accept different axes': {
    code: 2345,
    says: "'tokens' accepts [batch row column channel], but an earlier part accepts [batch token feature]",
    program: `
declare const strict: core.Layer<core.NoParams, core.Tokens, core.Tokens>;
fanOut(
  concatenate,
  named('position', positionEmbedding()),
  gelu,
  strict,
  tokens, //!
);`,
  },
  'a fan-out with two parts with the same name': {
    code: 2345,
    says: "an earlier part also has parameters called 'a': give this one another name",
    program: `
fanOut(
  add,
  named('a', linear(3)),
  gelu,
  named('a', linear(3)), //!
);`,
  },
  'a fan-out with a list next to names': {
    code: 2345,
    says: 'a list of parameters cannot be merged with other parameters',
    program: `
fanOut(
  concatenate,
  named('a', linear(3)),
  mlp([3]), //!
);`,
  },
  'a fan-out whose input is narrowed': {
    code: 2345,
    says: "'Tensor<Vectors>' is not assignable to parameter of type 'Tensor<Tokens>'",
    program: `
const both = fanOut(concatenate, named('a', linear(3)), named('position', positionEmbedding()));
declare const params: core.ParamsOf<typeof both>;
declare const vectors: core.Tensor<core.Vectors>;
both.apply(params, vectors, evaluation); //!`,
  },
  'an empty fan-out': {
    code: 2554,
    says: 'Expected 2 arguments, but got 1',
    program: `
fanOut(add); //!`,
  },
  'input and target swapped': {
    code: 2322,
    says: "is not assignable to type 'Tensor<Images>'",
    program: `
declare const state: State;
train.trainStep({ model: whole, objective, optimizer })({ state, batch: {
  input: labels, //!
  target: labels,
} }, key(1));`,
  },
  'a batch without a target in a compiled step': {
    code: 2741,
    says: "Property 'target' is missing",
    program: `
declare const state: Values<State>;
const step = engine.compile(train.trainStep({ model: whole, objective, optimizer }));
const batch = engine.fromHost({ input: core.filled([1, 4, 4, 3], 0) });
step({
  state,
  batch, //!
}, key(1));`,
  },
  'a compiled step without a key': {
    code: 2554,
    says: 'Expected 2 arguments, but got 1',
    program: `
declare const state: Values<State>;
declare const batch: Values<Batch>;
const step = engine.compile(train.trainStep({ model: whole, objective, optimizer }));
step({ state, batch }); //!`,
  },
  'the parameters of another model in an engine': {
    code: 2741,
    says: "Property 'classifier' is missing",
    program: `
const other = serial(tokens, meanPool);
declare const params: Values<core.ParamsOf<typeof other>>;
declare const batch: Values<Batch>;
engine.compile(train.evaluationStep({ model: whole, objective }))({
  params, //!
  batch,
});`,
  },
  'a key for a compiled function that draws nothing': {
    code: 2554,
    says: 'Expected 1 arguments, but got 2',
    program: `
declare const params: Values<core.ParamsOf<typeof whole>>;
declare const batch: Values<Batch>;
engine.compile(train.evaluationStep({ model: whole, objective }))({ params, batch }, key(1)); //!`,
  },
  'one argument too many for a compiled function': {
    code: 2353,
    says: "'extra' does not exist",
    program: `
declare const params: Values<core.ParamsOf<typeof whole>>;
declare const batch: Values<Batch>;
engine.compile(train.evaluationStep({ model: whole, objective }))({
  params,
  batch,
  extra: 1, //!
});`,
  },
  'an unknown argument to donate': {
    code: 2322,
    says: `Type '"weights"' is not assignable to type`,
    program: `
engine.compile(train.trainStep({ model: whole, objective, optimizer }), {
  donate: ['weights'], //!
});`,
  },
};

const right = `
const model = serial(tokens, named('attention', residual(attention)), meanPool, named('classifier', classifier(3)));
declare const params: core.ParamsOf<typeof model>;
const logits: core.Tensor<core.Logits> = model.apply(params, images, training(key(1)));
train.trainStep({ model, objective, optimizer });
fanOut(add, named('a', linear(3)), named('b', mlp([4, 3])));
fanOut(concatenate, gelu, mlp([4, 3]));
fanOut(add, identity, attention);
serial(mlp([4, 3]), gelu);
declare const deep: boolean;
const perhaps = serial(named('norm', layerNorm()), deep ? named('hidden', linear(3)) : gelu, named('last', linear(2)));
declare const some: core.ParamsOf<typeof perhaps>;
const weight: core.Tensor<['in', 'out']> | undefined = some.hidden?.weight;
some.last.weight;`;

describe('wrong programs do not compile, and a message at the mistake says why', () => {
  const [ofRight, ...ofWrong] = compile([right, ...Object.values(wrong).map(({ program }) => program)]);

  test('correct programs compile', () => {
    expect(ofRight).toEqual([]);
  });

  test.each(Object.entries(wrong).map(([name, expected], i) => [name, expected, ofWrong[i]!] as const))(
    '%s',
    (_, { code, says, program }, complaints) => {
      const line = program.split('\n').findIndex((text) => text.endsWith('//!')) + 1;
      expect(complaints.map((complaint) => ({ line: complaint.line, code: complaint.code }))).toEqual([{ line, code }]);
      expect(complaints[0]!.message).toContain(says);
    },
  );
});
