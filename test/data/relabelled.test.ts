import { describe, expect, test } from 'vitest';
import { relabelled } from '../../src/data/index.js';
import { left, right, someImages } from './fixtures.js';

const classes = ['cat', 'dog', 'owl'];
const source = { ...someImages(6), classes, label: (index: number) => index % 3 };

describe('relabelled', () => {
  test('gives labels in the order of other classes', () => {
    const made = right(relabelled(['owl', 'cat', 'dog'], 'pets')(source));
    expect([0, 1, 2, 3].map(made.label)).toEqual([1, 2, 0, 1]);
    expect([made.classes, made.count]).toEqual([['owl', 'cat', 'dog'], 6]);
    expect(made.image(4)).toEqual(source.image(4));
  });

  test('leaves a source of the same classes as it is', () => {
    expect(right(relabelled(classes, 'pets')(source))).toBe(source);
  });

  test.each([
    ['a class more', ['cat', 'dog'], "images of the 2 classes of the model, got 'owl', which the model does not know"],
    ['a class less', [...classes, 'ape'], "images of the 4 classes of the model, got no 'ape'"],
    ['another', ['cat', 'dog', 'ape'], "got no 'ape', and 'owl', which the model does not know"],
    ['many', ['cat', 'dog', 'owl', ...'abcdefg'], "got no 'a', 'b', 'c', 'd', 'e' and 2 more"],
  ])('%s is an error', (_, of, sentence) => {
    const error = left(relabelled(of, 'pets')(source));
    expect([error.kind, error.file]).toEqual(['mismatch', 'pets']);
    expect(error.message).toContain(sentence);
  });
});
