#!/bin/sh
# Pins what pyproject.toml asks for, with hashes, for every Python and platform we support.
# No index address is written: whoever installs chooses the index.
set -eu
cd "$(dirname "$0")/.."
pin() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header "$@"
}
pin --extra prefect pyproject.toml -o requirements.txt
# The same releases for an installation without Prefect as for one with it.
pin -c requirements.txt pyproject.toml -o requirements-no-prefect.txt
# With what copies to PostgreSQL, for an installation of either kind.
pin --extra postgres -c requirements.txt pyproject.toml -o requirements-postgres.txt
pin --extra prefect --extra dev pyproject.toml -o requirements-dev.txt
# The same releases for guoban's rivals as for guoban.
pin --group bench -c requirements.txt -o requirements-bench.txt
# By itself: Superset and guoban can't share one environment.
pin --group bi -o requirements-bi.txt
# And as for the programs by which tests read what is published.
pin --group readers -c requirements.txt -o requirements-readers.txt
