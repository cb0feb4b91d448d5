#!/usr/bin/env bash
# Looks at the package as others' tools see it, and writes the documentation of its API; the tools are installed on first use.
#
#   scripts/tools.sh package [ARCHIVE]    publint and are-the-types-wrong on a .tgz, default a fresh one
#   scripts/tools.sh docs                 TypeDoc into out/api; a warning is a failure
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools=scripts/tools
mkdir -p out
[ "$tools/node_modules/.package-lock.json" -nt "$tools/package-lock.json" ] ||
  npm ci --prefix "$tools" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
  { echo "tools: npm ci failed, its message stands above; expected the packages of $tools/package-lock.json: check the connection" >&2; exit 3; }

package() {
  local archive=${1:-}
  if [ -z "$archive" ]; then
    archive=out/$(bash scripts/package.sh out | tail -n 1)
  fi
  "$tools/node_modules/.bin/publint" run "$archive" --strict
  "$tools/node_modules/.bin/attw" "$archive" --no-emoji --format ascii
}

docs() { "$tools/node_modules/.bin/typedoc" --options typedoc.json; }

case "${1:-}" in
  package | docs) "$@" ;;
  *)
    echo "tools: there is no ${1:-(nothing)}; expected package or docs" >&2
    exit 2
    ;;
esac
