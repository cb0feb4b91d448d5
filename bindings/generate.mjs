// Writes native.gen.ts, docs/ops.md and the native half of docs/errors.md from the loaded addon; --check compares instead.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { ops, codes } = createRequire(import.meta.url)('node-gyp-build')(root).schema();

const typeOf = (a) =>
  ({
    integer: 'number',
    real: 'number',
    boolean: 'boolean',
    choice: a.words.map((w) => `'${w}'`).join(' | '),
    integers: a.fixedLength ? 'number | readonly number[]' : 'readonly number[]',
    reals: a.fixedLength ? 'number | readonly number[]' : 'readonly number[]',
  })[a.kind];

function args(op) {
  if (op.inputs.length === 1 && op.inputs[0].list) return `[${op.inputs[0].name}: readonly T[]]`;
  // An optional operand may be left out only where nothing but optional ones follows.
  const required = op.attributes.some((a) => a.required);
  const items = op.inputs.map((input, i) => {
    const rest = !required && op.inputs.slice(i).every((later) => later.optional);
    return input.optional ? `${input.name}${rest ? '?' : ''}: T | null` : `${input.name}: T`;
  });
  return `[${items.join(', ')}]`;
}

function result(op) {
  if (op.outputs.length === 0) return 'void';
  if (op.outputs.length === 1) return 'T';
  return `[${op.outputs.map((o) => `${o.name}: T`).join(', ')}]`;
}

const union = (names) => (names.length ? names.map((n) => `'${n}'`).join(' | ') : 'never');

function member(op) {
  const attrs = op.attributes.map((a) => `${a.name}${a.required ? '' : '?'}: ${typeOf(a)}`).join('; ');
  const doc = `${op.sentence}${op.doc ? ` — ${op.doc}` : ''}`.replaceAll('*/', '* /');
  return `  /** ${doc} */
  ${op.name}: { args: ${args(op)}; inputs: ${union(op.inputs.map((i) => i.name))}; outputs: ${union(op.outputs.map((o) => o.name))}; result: ${result(op)}; attrs: ${attrs ? `{ ${attrs} }` : 'Record<never, never>'}; needsAttrs: ${op.attributes.some((a) => a.required)} };`;
}

const types = `// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = ${union(codes.map((c) => c.name))};

/** Every operation; \`T\` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
${ops.map(member).join('\n')}
}
`;

const rooms = [...new Set(ops.map((op) => op.room))].sort();
const opsPage = `# Operations

Written by \`npm run generate\` from the signatures in \`native/ops\`; do not edit. How to read a signature: \`native/core/signature.h\`.
${rooms
  .map((room) => {
    const rows = ops.filter((op) => op.room === room).map((op) => `- \`${op.sentence}\`${op.doc ? `  \n  ${op.doc}` : ''}`);
    return `\n## ${room}\n\n${rows.join('\n')}\n`;
  })
  .join('')}`;

const { ownCodes } = await import('../src/errors.ts').catch(() => import('../dist/src/errors.js'));
const row = ([name, sentence]) => `| \`${name}\` | ${sentence} |`;
const errorsPage = `# Errors

Written by \`npm run generate\`; do not edit. Every error of this library is a \`BlemishError\` with one of these codes.

## Raised by native code

| code | meaning |
|---|---|
${codes.map((c) => row([c.name, c.sentence])).join('\n')}

## Raised above it

| code | meaning |
|---|---|
${Object.entries(ownCodes).map(row).join('\n')}
`;

const files = { 'bindings/native.gen.ts': types, 'docs/ops.md': opsPage, 'docs/errors.md': errorsPage };
let stale = 0;
for (const [path, text] of Object.entries(files)) {
  const target = join(root, path);
  if (process.argv.includes('--check')) {
    let found = '';
    try {
      found = readFileSync(target, 'utf8');
    } catch {}
    if (found !== text) {
      process.stderr.write(`${path}: differs from what the addon says; expected 'npm run generate' to have been run\n`);
      stale++;
    }
  } else {
    writeFileSync(target, text);
  }
}
process.exitCode = stale ? 1 : 0;
