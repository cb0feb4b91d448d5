// Prints a digest of random tensors made by the addon of this process: run with BLEMISH_ISA set, to compare instruction sets.
const { createHash } = require('node:crypto');

const addon = require('node-gyp-build')(process.argv[2]);
const handles = new Float64Array(8);
const attributes = new Float64Array(32);
const outputs = new Float64Array(64);
addon.link(handles, attributes, outputs, (code, message) => new Error(`${code}: ${message}`));
const names = addon.schema().ops.map((op) => op.name);
const digest = createHash('sha256');
for (const [name, extra] of [
  ['randomBits', [2, 7, 0]],
  ['uniform', [-2.3, 0.9]],
  ['normal', [0.3, 1.7]],
  ['bernoulli', [0.3]],
]) {
  const values = [1, 200003, 4, 11, 22, 33, 44, ...extra];
  attributes.set(values);
  addon.run(names.indexOf(name), 0, values.length);
  handles[0] = outputs[1];
  digest.update(new Uint8Array(addon.toHostSync(outputs[1]).buffer));
  addon.free(1);
}
process.stdout.write(`${addon.build().isa} ${digest.digest('hex')}`);
