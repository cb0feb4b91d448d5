#!/usr/bin/env bash
# The set-up behind `npm test` and `npm run demo`: does what is missing, in order, and nothing else.
#
#   scripts/setup.sh [packages] [native] [typescript]     default: all three
#
# Each stage first asks whether it has anything to do, so that a machine that is set up pays a fraction of a second.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "set-up: $*" >&2; }
fail() {
  say "$*"
  exit 3
}

# The newest of the named sources that is newer than file $1, if any. Folders count: a file that left changes its folder.
newer_than() {
  local mark=$1
  shift
  find "$@" -newer "$mark" -print -quit 2>/dev/null
}

node_fits() {
  command -v node >/dev/null || fail "Node.js was not found; expected 20.17 or newer: install it, see nodejs.org"
}

# ---- packages ------------------------------------------------------------------------------------------------------

packages() {
  node_fits
  local status=0 reason
  reason=$(node scripts/packages-match.mjs) || status=$?
  case $status in
    0) return ;;
    3) fail "$reason" ;;
  esac
  if [ -L node_modules ]; then # somebody's own arrangement: npm would empty the folder behind it
    say "node_modules is a link to a folder with other packages ($reason); expected those of package-lock.json: left as it is"
    return
  fi
  say "installing packages ($reason)"
  npm ci --no-audit --no-fund --loglevel=error >&2 || fail "npm ci failed, its message stands above; expected the packages of package-lock.json: check the connection, then run this again"
}

# ---- native --------------------------------------------------------------------------------------------------------

# A native source newer than file $1. Of bindings/ the C++ files alone matter: TypeScript there changes often.
native_newer_than() {
  find native bindings CMakeLists.txt \
    \( -name '*.cc' -o -name '*.h' -o -name '*.def' -o -name '*.cu' -o -name '*.cuh' -o -name CMakeLists.txt -o -type d -path 'native*' \) \
    -newer "$1" -print -quit
}

native_is_current() {
  local binary=build/Release/addon.node stamp=build/.setup-stamp
  [ -e "$binary" ] || return 1
  [ -n "$(native_newer_than "$binary")" ] || return 0
  # A build that changed nothing leaves the binary as old as it was.
  [ -e "$stamp" ] && [ -z "$(native_newer_than "$stamp")" ]
}

compiler_fits() { echo 'int main() { return __cplusplus >= 202002L ? 0 : throw; }' | g++ -std=c++20 -fsyntax-only -x c++ - 2>/dev/null; }

# oneDNN's header: 0 there, 1 absent, 2 of another major version.
onednn_fits() {
  echo '#include <dnnl_version.h>' | g++ -E -x c++ - >/dev/null 2>&1 || return 1
  printf '#include <dnnl_version.h>\n#if DNNL_VERSION_MAJOR != 2\n#error other\n#endif\n' | g++ -E -x c++ - >/dev/null 2>&1 || return 2
}

system() {
  local missing=()
  command -v g++ >/dev/null || missing+=(g++)
  command -v cmake >/dev/null || missing+=(cmake)
  command -v make >/dev/null || command -v ninja >/dev/null || missing+=(make)
  if command -v g++ >/dev/null; then
    local onednn=0
    onednn_fits || onednn=$?
    [ $onednn != 1 ] || missing+=(libdnnl-dev)
    [ $onednn != 2 ] || fail "oneDNN's headers are not those of version 2; expected Debian 12's libdnnl-dev (2.6): remove the other version"
  else
    missing+=(libdnnl-dev)
  fi
  [ ${#missing[@]} = 0 ] || install_debian "${missing[@]}"

  compiler_fits || fail "$(g++ --version | head -n 1) does not compile C++20; expected GCC 11 or newer: apt-get install g++-12"
  local version
  version=$(cmake --version | sed -n '1s/[^0-9]*//p')
  [ "$(printf '%s\n3.25\n' "$version" | sort -V | head -n 1)" = 3.25 ] || fail "CMake is $version; expected 3.25 or newer: see cmake.org/download"
}

install_debian() {
  local as=()
  command -v apt-get >/dev/null || fail "missing: $*; expected a system with apt-get, or these installed by hand"
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as=(sudo -n); else
      fail "missing: $*; expected them installed: sudo apt-get install -y $*"
    fi
  fi
  say "installing $* with apt-get"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  "${as[@]}" "${install[@]}" </dev/null >/dev/null 2>&1 && return
  # The lists may be old or absent.
  "${as[@]}" apt-get update -qq </dev/null >&2 && "${as[@]}" "${install[@]}" </dev/null >&2 ||
    fail "apt-get could not install $*, its message stands above; expected them installed: sudo apt-get install -y $*"
}

native() {
  if native_is_current; then return; fi
  system
  say "building the native addon (minutes the first time)"
  mkdir -p build
  # Taken before the build: what is edited during it counts as newer.
  touch build/.setup-stamp.next
  node_modules/.bin/cmake-js build --log-level warn --parallel "$(nproc 2>/dev/null || echo 2)" >build/setup.log 2>&1 </dev/null || {
    grep -E -A 6 'error|Error' build/setup.log | head -n 40 >&2 || tail -n 40 build/setup.log >&2
    fail "the native build failed, see build/setup.log; expected it to compile (after a change of compiler or Node: rm -rf build, then run this again)"
  }
  mv build/.setup-stamp.next build/.setup-stamp
}

# ---- typescript ----------------------------------------------------------------------------------------------------

typescript() {
  local stamp=dist/.setup-stamp folder sources=(tsconfig.json tsconfig.build.json tsconfig.tools.json)
  for folder in src bindings benchmarks reproduce examples test/ops test/support test/fuzz; do
    [ -d "$folder" ] && sources+=("$folder")
  done
  [ -e "$stamp" ] && [ -z "$(newer_than "$stamp" "${sources[@]}")" ] && return
  say "compiling TypeScript"
  mkdir -p dist
  touch dist/.setup-stamp.next
  # Types are checked by `npm run types`; here they must not stand between a change and its tests.
  node_modules/.bin/tsc -p tsconfig.tools.json --noCheck >&2 || fail "tsc failed, its message stands above; expected the sources to parse"
  mv dist/.setup-stamp.next dist/.setup-stamp
}

[ $# -gt 0 ] || set -- packages native typescript
for stage in "$@"; do
  case $stage in
    packages | native | typescript) "$stage" ;;
    *) fail "there is no stage $stage; expected packages, native or typescript" ;;
  esac
done
