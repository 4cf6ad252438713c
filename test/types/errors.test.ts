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
  'tokens wanted after pooling': {
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
  'features wanted where classes are': {
    code: 2345,
    says: "'again' accepts [… feature], but [batch class] reaches it",
    program: `
serial(
  tokens,
  meanPool,
  named('classifier', classifier(3)),
  named('again', dense(3)), //!
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
    says: 'this chain feeds a layer with the output of its like, but that has other axes than it accepts',
    program: `
repeat(2, meanPool); //!`,
  },
  'two parts of one name': {
    code: 2345,
    says: "an earlier part has parameters called 'inner' too: name this one differently",
    program: `
serial(
  named('inner', dense(4)),
  gelu,
  named('inner', dense(4)), //!
);`,
  },
  'two parts without a name': {
    code: 2345,
    says: 'too: name this one differently',
    program: `
serial(
  dense(4),
  dense(4), //!
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
  'a parameter written': {
    code: 2540,
    says: "Cannot assign to 'temperature' because it is a read-only property",
    program: `
const model = serial(tokens, named('blocks', repeat(2, named('attention', attention))));
declare const params: core.ParamsOf<typeof model>;
params.blocks[1]!.attention.temperature = params.blocks[0]!.attention.temperature; //!`,
  },
  'a block taken out of the list': {
    code: 2339,
    says: "Property 'pop' does not exist",
    program: `
const blocks = repeat(2, named('attention', attention));
declare const params: core.ParamsOf<typeof blocks>;
params.pop(); //!`,
  },
  'a leaf misspelt': {
    code: 2551,
    says: "Did you mean 'temperature'?",
    program: `
const model = serial(tokens, named('attention', attention));
declare const params: core.ParamsOf<typeof model>;
params.attention.temprature; //!`,
  },
  'a part that is not there': {
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
  'a kind of temperature that is not there': {
    code: 2322,
    says: 'is not assignable to type',
    program: `
localityAttention({
  heads: 2,
  headDim: 4,
  temperature: 'per-block', //!
});`,
  },
  'features given to a step that wants logits': {
    code: 2345,
    says: "Type 'Vectors' is not assignable to type 'Logits'",
    program: `
const model = serial(tokens, meanPool);
train.trainStep(
  model, //!
  optimizer,
);`,
  },
};

const right = `
const model = serial(tokens, named('attention', residual(attention)), meanPool, named('classifier', classifier(3)));
declare const params: core.ParamsOf<typeof model>;
const logits: core.Tensor<core.Logits> = model.apply(params, images, training(key(1)));
train.trainStep(model, optimizer);
fanOut(add, named('a', dense(3)), named('b', mlp([4, 3])));`;

describe('what is wrong does not compile, and the message says why at the place', () => {
  const [ofRight, ...ofWrong] = compile([right, ...Object.values(wrong).map(({ program }) => program)]);

  test('what is right compiles', () => {
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
