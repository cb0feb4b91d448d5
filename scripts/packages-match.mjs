// Says whether node_modules holds what package-lock.json names: exit 0 yes, 1 no, 3 this Node is too old. Prints why.
import { existsSync, readFileSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 17)) {
  console.log(`Node.js is ${process.versions.node}; expected 20.17 or newer: install it, see nodejs.org`);
  process.exit(3);
}

const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

function difference() {
  // npm leaves in node_modules a copy of what it installed.
  if (!existsSync('node_modules/.package-lock.json')) return 'there are none yet';
  const wanted = read('package-lock.json');
  const found = read('node_modules/.package-lock.json');
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    if (!(path in found)) {
      if (entry.optional) continue; // of another platform
      return `${path} is absent`;
    }
    if (found[path].version !== entry.version) return `${path} is ${found[path].version}, expected ${entry.version}`;
  }
  return '';
}

const reason = difference();
if (reason) console.log(reason);
process.exit(reason ? 1 : 0);
