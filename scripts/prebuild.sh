#!/usr/bin/env bash
# Makes the prebuilt binary of this machine's kind: prebuilds/<platform>-<arch>/ with the addon and the libraries it brings.
#
#   npm run prebuildify [-- OUT]     OUT: folder that gets prebuilds/, default the checkout
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash scripts/setup.sh packages native
out=$(realpath "${1:-.}")

# prebuildify moves what it finds in build/Release: it works in a folder of its own, so that the checkout keeps its build.
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp package.json "$stage/"
node_modules/.bin/prebuildify --napi --strip --target=node@20.17.0 --quiet --cwd "$stage" --out "$out" --node-gyp "$PWD/bindings/node-gyp-shim.mjs"
ls -l "$out"/prebuilds/*/
