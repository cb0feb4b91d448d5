#!/usr/bin/env bash
# Installs what the benchmark compares with, into this folder only: a Python virtual
# environment (.venv) and node_modules. Safe to run again. Says plainly what was not there.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

missing=()

python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null; then
  missing+=("Python peers: no $python")
elif ! [ -x .venv/bin/python ] && ! "$python" -m venv .venv; then
  rm -rf .venv
  missing+=("Python peers: no virtual environment could be made (on Debian: apt-get install python3-venv)")
else
  # distribution:module
  for entry in torch:torch numpy:numpy scipy:scipy scikit-image:skimage scikit-learn:sklearn faiss-cpu:faiss; do
    name=${entry%%:*} module=${entry##*:}
    if .venv/bin/python -c "import $module" 2>/dev/null; then
      echo "setup-peers: $name is there"
      continue
    fi
    # Wheels only: building torch or scipy from source is not what anyone wants here.
    # For a torch without GPU libraries, name an index that holds it: PIP_EXTRA_INDEX_URL.
    if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --only-binary :all: "$name"; then
      missing+=("$name: pip found no wheel that installs")
    elif ! .venv/bin/python -c "import $module"; then
      missing+=("$name: installed, but 'import $module' fails")
    fi
  done
fi

if ! command -v npm >/dev/null; then
  missing+=("onnxruntime-node: no npm")
else
  # .npmrc leaves install scripts out: the CPU library is in the package, the script fetches GPU ones.
  if ! npm ls --silent >/dev/null 2>&1 && ! npm ci --no-audit --no-fund --loglevel=error; then
    missing+=("onnxruntime-node: npm ci failed")
  elif ! node -e "require('onnxruntime-node')"; then
    missing+=("onnxruntime-node: installed, but does not load here")
  else
    node onnxruntime-avx2.mjs || missing+=("onnxruntime-node limited to AVX2: see the line above")
  fi
fi
command -v g++ >/dev/null || missing+=("torch.compile: no g++ (on Debian: apt-get install g++)")

echo
if [ -x .venv/bin/python ]; then
  .venv/bin/python - <<'PYTHON'
from importlib import metadata
for name in ("torch", "numpy", "scipy", "scikit-image", "scikit-learn", "faiss-cpu"):
    try:
        print(f"setup-peers: {name} {metadata.version(name)}")
    except metadata.PackageNotFoundError:
        pass
PYTHON
fi
if [ ${#missing[@]} -gt 0 ]; then
  printf 'setup-peers: NOT available: %s\n' "${missing[@]}"
  echo "setup-peers: the benchmark skips what is missing and says so"
fi
exit 0
