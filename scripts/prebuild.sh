#!/usr/bin/env bash
# Makes the prebuilt binary of this machine's kind: prebuilds/<platform>-<arch>/ with the addon, the libraries it brings, and their licences.
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
node_modules/.bin/prebuildify --napi --tag-libc --strip --target=node@20.17.0 --quiet --cwd "$stage" --out "$out" --node-gyp "$PWD/bindings/node-gyp-shim.mjs"

# The libraries' licences travel with them.
kind=$out/prebuilds/$(node -p 'process.platform + "-" + process.arch')
for library in "$kind"/lib*; do
  name=$(basename "$library")
  path=$(ldconfig -p | sed -n "s|.*[[:space:]]$name .*=> ||p" | head -n 1)
  owner=$(dpkg -S "*/$name" 2>/dev/null | sed -n '1s/:.*//p')
  cp "/usr/share/doc/$owner/copyright" "$library.licence.txt" 2>/dev/null ||
    { echo "prebuild: no licence text was found for ${path:-$name}; expected the one of its package in /usr/share/doc" >&2; exit 3; }
done
ls -l "$kind"
