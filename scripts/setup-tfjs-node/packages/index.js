// The copy of tfjs-node in this folder has no tfjs of its own, because two copies of tfjs in one process do not share tensors.
// `require('<this folder>')(require)` loads it with the tfjs of the project that the given `require` belongs to.
const { package: name } = require('./installed.json');

module.exports = (own) => {
  for (const shared of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) {
    own(shared);
    require.cache[require.resolve(shared)] = own.cache[own.resolve(shared)];
  }
  return require(name);
};
