#!/usr/bin/env bash
# Builds and runs the native tests under a sanitizer.
#
#   address   core and kernels with the address and undefined-behaviour sanitizers
#   thread    core, with its streams, with the thread sanitizer
#   kernels   every case list of test/ops in an addon compiled with the address and undefined-behaviour sanitizers (minutes)
#   leaks     as kernels, with the memory that is still held at the end
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p out
mode=${1:-address}
jobs=$(nproc 2>/dev/null || echo 2)
bash scripts/setup.sh packages

build() { # sanitizer, targets…
  local sanitizer=$1 target
  shift
  for target in "$@"; do
    node_modules/.bin/cmake-js build --log-level warn -O "build-$sanitizer" "--CDBLEMISH_SANITIZE=$sanitizer" --target "$target" --parallel "$jobs" \
      >"out/build-$target.log" 2>&1 </dev/null || {
      tail -n 60 "out/build-$target.log" >&2
      echo "native tests: $target did not build; its log is out/build-$target.log" >&2
      exit 1
    }
  done
}

run() { # sanitizer, executable: its output, and its last line for the count
  local status=0 results="out/$2-$1.results"
  echo "$2 ($1)"
  # The stack of a failure names what is in shared libraries too; a request for more memory than there is must not end the run.
  ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
    TSAN_OPTIONS=allocator_may_return_null=1:halt_on_error=1 OMP_NUM_THREADS=4 \
    "./build-$1/$2" >"$results" || status=$?
  cat "$results"
  if [ $status != 0 ] && ! grep -q '^[0-9]* passed, [0-9]* failed$' "$results"; then echo "0 passed, 1 failed" >>"$results"; fi
  return $status
}

status=0
case $mode in
  address)
    build address core-tests op-tests
    run address core-tests || status=1
    run address op-tests || status=1
    ;;
  thread)
    build thread core-tests
    run thread core-tests || status=1
    ;;
  kernels | leaks)
    build address addon
    # node-gyp-build looks for build/Release below this folder.
    mkdir -p build-address/addon/build
    ln -sfn "$PWD/build-address/Release" build-address/addon/build/Release
    leaks=0
    [ "$mode" = kernels ] || leaks=1
    BLEMISH_PREBUILD="$PWD/build-address/addon" LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libubsan.so)" \
      ASAN_OPTIONS=detect_leaks=$leaks:allocator_may_return_null=1 LSAN_OPTIONS="suppressions=$PWD/test/native/leaks.supp:print_suppressions=0" \
      node node_modules/vitest/vitest.mjs run test/conformance || status=1
    ;;
  *)
    echo "native tests: there is no mode $mode; expected address, thread, kernels or leaks" >&2
    exit 2
    ;;
esac
exit $status
