// The package on a machine that lacks the libraries of the build machine: there they are hidden from the loader by a namespace of mounts.
import { execFileSync } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, root, run } from '../installed.ts';

/** Where the checkout's own build finds a library. */
function systemPaths(): string[] {
  const listed = execFileSync('ldd', [join(root, 'build/Release/addon.node')], { encoding: 'utf8' });
  return [...listed.matchAll(/lib(?:dnnl|gomp|OpenCL)\.so\S* => (\S+)/g)].map(([, path]) => realpathSync(path));
}

function namespaces(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: this system allows no namespaces of mounts (unshare -rm), so that its libraries cannot be hidden');
    return false;
  }
}

export function bare(): void {
  it.runIf(namespaces())('computes with the libraries it brings', async () => {
    const hidden = systemPaths();
    expect(hidden.map((path) => /lib(dnnl|gomp)/.test(path)).filter(Boolean)).toHaveLength(2);
    const nothing = join(folder, 'nothing');
    writeFileSync(nothing, '');
    const inside = (script: string) =>
      run('unshare', ['-rm', 'sh', '-c', 'for path in $HIDDEN; do mount --bind "$NOTHING" "$path" || exit 9; done; exec "$0" -e "$SCRIPT"', process.execPath], {
        cwd: folder,
        env: { ...process.env, HIDDEN: hidden.join(' '), NOTHING: nothing, SCRIPT: script },
      }).then(
        ({ stdout }) => stdout,
        ({ stderr }: { stderr: string }) => /\S*: file too short/.exec(stderr)?.[0] ?? stderr,
      );
    const product = `const { nn, ops, Random, scope, tensor } = require('blemish');
      const y = scope(() => new nn.Conv2d(1, 16, 3, { random: new Random(1) }).forward(tensor(new Float32Array(64).fill(1), [1, 1, 8, 8])));
      y.read().then((numbers) => console.log(numbers.length));`;
    expect(await inside(product)).toBe(`${16 * 6 * 6}\n`);
    // The same machine does lack them: a build that counts on the system does not load.
    expect(await inside(`require(${JSON.stringify(join(root, 'build/Release/addon.node'))})`)).toMatch(/^\S*lib(dnnl|gomp|OpenCL)\S*: file too short$/);
  });
}
