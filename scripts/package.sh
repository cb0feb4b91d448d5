#!/usr/bin/env bash
# Makes the package as it is delivered: one .tgz with the built files and the prebuilt binary of this machine's kind.
#
#   npm run package [-- OUT]     OUT: folder that gets blemish-<version>.tgz, default out/
#
# Binaries of other kinds come from `npm run prebuildify` on machines of those kinds: lay their prebuilds/ into the checkout first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "${1:-out}"
out=$(realpath "${1:-out}")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bash scripts/setup.sh packages native
[ ! -d prebuilds ] || cp -r prebuilds "$stage/"
bash scripts/prebuild.sh "$stage" >/dev/null
node scripts/build-package.mjs
mkdir "$stage/dist"
cp -r dist/cjs dist/*.mjs dist/*.d.mts "$stage/dist/"
cp package.json README.md CHANGELOG.md LICENSE "$stage/"
# What a user of the package has no use for; it would name files that are not there.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const { scripts, devDependencies, ...delivered } = JSON.parse(readFileSync(process.argv[1], "utf8"));
  writeFileSync(process.argv[1], JSON.stringify(delivered, null, 2) + "\n");
' "$stage/package.json"
(cd "$stage" && npm pack --silent --ignore-scripts --pack-destination "$out")
