#!/bin/sh
# Pins what pyproject.toml asks for, with hashes, for every Python and platform we support.
# No index address is written: whoever installs chooses the index.
set -eu
cd "$(dirname "$0")/.."
pin() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header "$@"
}
pin pyproject.toml -o requirements.txt
pin --extra dev pyproject.toml -o requirements-dev.txt
# The same releases for guoban's rivals as for guoban.
pin --group bench -c requirements.txt -o requirements-bench.txt
