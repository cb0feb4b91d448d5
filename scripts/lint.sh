#!/usr/bin/env bash
# Lint and format of TypeScript (biome) and C++ (clang-format, where it is installed). --write mends what can be mended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0
if [ "${1:-}" = --write ]; then
  node_modules/.bin/biome check --write --error-on-warnings . || failed=1
else
  node_modules/.bin/biome check --error-on-warnings . || failed=1
fi

mapfile -t cpp < <(find native bindings test/native test/fuzz \( -name '*.cc' -o -name '*.h' -o -name '*.cu' -o -name '*.cuh' \) 2>/dev/null | sort)
# Versions differ in taste; the one of Debian 12 is the measure.
if [[ "$(clang-format --version 2>/dev/null)" == *"version 14."* ]]; then
  if [ "${1:-}" = --write ]; then clang-format -i "${cpp[@]}"; else clang-format --dry-run --Werror "${cpp[@]}" || failed=1; fi
else
  echo "lint: clang-format 14 is not installed, ${#cpp[@]} C++ files were not checked; to check them: apt-get install clang-format"
fi

# Slow: only when asked for.
if [ "${1:-}" = --tidy ]; then
  command -v clang-tidy >/dev/null || { echo "lint: clang-tidy is not installed; expected: apt-get install clang-tidy" >&2; exit 3; }
  cmake -S . -B build-tidy -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
  find native -name '*.cc' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build-tidy --quiet || failed=1
fi
exit $failed
