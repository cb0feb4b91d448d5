// Why the binary could not be loaded: what this machine is, what was looked for and where, and the fix.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** All that the explanation goes by. */
export interface Circumstances {
  /** The folder that holds `build` or `prebuilds`. */
  readonly root: string;
  readonly platform: string;
  readonly arch: string;
  /** The C library with its version; empty where there is but one. */
  readonly libc: string;
  readonly node: string;
  readonly electron?: string;
  /** The binary that was found and could not be loaded; null: none was found. */
  readonly found: string | null;
  /** What the system said. */
  readonly reason: string;
}

interface Verdict {
  /** What is wrong, and what was expected. */
  readonly wrong: string;
  readonly fix: string;
}

/** What this machine is, as far as a binary minds. */
export function thisMachine(): Pick<Circumstances, 'platform' | 'arch' | 'libc' | 'node' | 'electron'> {
  const { platform, arch, versions } = process;
  return { platform, arch, libc: platform === 'linux' ? libcOf() : '', node: versions.node, electron: versions.electron };
}

function libcOf(): string {
  // Looking names of the network up may take seconds; it is not part of the question.
  const report = process.report as { excludeNetwork?: boolean; getReport(): object };
  const before = report.excludeNetwork;
  try {
    report.excludeNetwork = true;
    const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
    return header.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : 'musl';
  } catch {
    return 'an unknown C library';
  } finally {
    report.excludeNetwork = before;
  }
}

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/**
 * The whole message: the first line says what is wrong and what was expected, the others are the machine, what was looked for, what the
 * system said, and the fix.
 */
export function diagnose(c: Circumstances): string {
  const kind = `${c.platform}-${c.arch}`;
  const checkout = existsSync(join(c.root, 'CMakeLists.txt'));
  const { wrong, fix } = verdictOf(c, kind, checkout);
  const said = (names: string[]) => names.join(', ') || 'nothing';
  const built = list(join(c.root, 'build/Release')).filter((name) => name.endsWith('.node'));
  const lines = [
    `native addon: ${wrong}`,
    `machine: ${[kind, c.libc, c.electron && `Electron ${c.electron}`, `Node ${c.node}`].filter(Boolean).join(', ')}`,
    `looked in: ${c.root}`,
    `  build/Release/*.node: ${said(built)}`,
    `  prebuilds/: ${said(list(join(c.root, 'prebuilds')))}`,
    `  prebuilds/${kind}/: ${said(list(join(c.root, 'prebuilds', kind)))}`,
    ...(c.found ? [`found: ${relative(c.root, c.found)}`] : []),
    `reason: ${c.reason.trim().split('\n')[0]}`,
    `fix: ${fix}`,
  ];
  return lines.join('\n  ');
}

function verdictOf(c: Circumstances, kind: string, checkout: boolean): Verdict {
  const again = checkout ? 'npm run setup' : 'npm install blemish --force, on this machine';
  if (c.found === null) return notFound(c, kind, checkout, again);
  const library = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object|Error loading shared library (lib[\w.+-]+)|Library not loaded: \S*?(lib[\w.+-]+)/.exec(
    c.reason,
  );
  if (library) {
    const name = library[1] ?? library[2] ?? library[3];
    const ours = /^lib(dnnl|gomp|OpenCL)\b/.test(name);
    return {
      wrong: `its library ${name} was not found; expected it ${ours && !checkout ? 'beside the binary' : 'on this machine'}`,
      fix: ours ? again : `install the package of this system that holds ${name}`,
    };
  }
  const version = /version [`'](GLIBC(?:XX)?|CXXABI)_([\d.]+)' not found/.exec(c.reason);
  if (version) {
    const name = version[1] === 'GLIBC' ? 'the C library' : 'the C++ library';
    return {
      wrong: `${name} of this machine is older than the binary; expected ${version[1]} ${version[2]} or newer`,
      fix: 'use a newer system (Debian 12, Ubuntu 22.04 or later), or build on this one: in a checkout, npm run setup',
    };
  }
  if (/ELF|mach-o|Exec format|wrong architecture|not a valid Win32|Relocations in generic|file too short/i.test(c.reason)) {
    return {
      wrong: `the binary found is none that this machine can run; expected one for ${kind}`,
      fix: checkout ? 'rm -rf build, then npm run setup' : again,
    };
  }
  return { wrong: `the binary for ${kind} could not be loaded; expected it to load`, fix: checkout ? 'rm -rf build, then npm run setup' : again };
}

function notFound({ root, libc }: Circumstances, kind: string, checkout: boolean, again: string): Verdict {
  const expected = `expected one in prebuilds/${kind} or build/Release`;
  if (checkout) return { wrong: `there is no binary for ${kind}; ${expected}`, fix: again };
  const kinds = list(join(root, 'prebuilds'));
  const source = 'build it from source: in a checkout, npm run setup';
  if (kinds.includes(kind)) {
    return { wrong: `there is no binary for ${kind} with ${libc || 'this system'}, only for another C library; ${expected}`, fix: source };
  }
  if (kinds.length > 0) {
    const fix = `node_modules that were installed on another kind of machine do not serve here: ${again}; where this version has no binary for ${kind}, ${source}`;
    return { wrong: `there is no binary for ${kind}, only for ${kinds.join(', ')}; ${expected}`, fix };
  }
  return { wrong: `there is no binary at all; ${expected}`, fix: `the package is incomplete: ${again}` };
}
