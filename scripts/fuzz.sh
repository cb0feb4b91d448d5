#!/usr/bin/env bash
# Fuzzes what reads bytes from outside: with libFuzzer where clang is installed, else with a fixed run of our own driver.
#
#   npm run fuzz [-- SECONDS]                         seconds for libFuzzer, default 60; the driver always does the same run
#   npm run fuzz -- model-file [COUNT [SEED]]         model files alone, default 1000000
#   npm run fuzz -- service [REQUESTS]                requests and uploads to the service, default 100000, others each time
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p out

# Broken, lying and hostile model files on their reader.
model_files() {
  bash scripts/setup.sh
  node dist/test/fuzz/model-file.js "$@" | tee out/fuzz-model.results
}
case "${1:-}" in
  model-file)
    shift
    model_files "${@:-1000000}"
    exit
    ;;
  service) BLEMISH_FUZZ="${2:-100000}" exec node_modules/.bin/vitest run test/serving/fuzz.test.ts ;;
esac

# Seeds: every sentence of the addon, and a malformed one.
node -p "require('fs').readFileSync('docs/ops.md', 'utf8').split('\n').filter(l => l.startsWith('- \`')).map(l => l.slice(3, l.indexOf('\`', 3))).join('\n')" >out/sentences.txt
echo 'f(x*: T[...a 3 C], y?: u8[], a = -inf, b = [1.0 2], c = x|y, d: ints) -> (y1: T[...a], z: i32[N])' >>out/sentences.txt

if command -v clang++ >/dev/null; then
  cmake -S . -B build-fuzz -DCMAKE_CXX_COMPILER=clang++ -DBLEMISH_SANITIZE=address >/dev/null
  cmake --build build-fuzz --target fuzz-signature --parallel 2 >/dev/null
  mkdir -p build-fuzz/corpus
  split -l 1 out/sentences.txt build-fuzz/corpus/seed-
  ./build-fuzz/fuzz-signature -max_total_time="${1:-60}" -print_final_stats=1 build-fuzz/corpus 2>out/fuzz.log || {
    tail -n 40 out/fuzz.log >&2
    exit 1
  }
  echo "1 passed, 0 failed" | tee out/fuzz.results
else
  bash scripts/setup.sh packages
  node_modules/.bin/cmake-js build --log-level warn -O build-address --CDBLEMISH_SANITIZE=address --target fuzz-signature >out/build-fuzz-signature.log 2>&1 </dev/null || {
    tail -n 60 out/build-fuzz-signature.log >&2
    exit 1
  }
  ./build-address/fuzz-signature out/sentences.txt | tee out/fuzz.results
fi
model_files 20000
