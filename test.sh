#!/usr/bin/env bash
# Set up what is missing and run every check: format, lint, types, import contracts, translations, tests.
#   ./test.sh               all of it
#   ./test.sh --setup       only set up
#   ./test.sh ARGUMENTS     the tests alone, with these arguments for pytest
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/setup.sh

LOCK=develop.txt
LIBRARIES=
# The storage tests run on both databases; the server's programs are enough, no service is started.
if [ -z "${LAIXI_TEST_POSTGRESQL:-}" ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  LIBRARIES=postgresql
  # Without this a first installation would start a server of its own.
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
  apt_install "$LIBRARIES" || say "PostgreSQL's programs are missing: its tests will be skipped."
  LIBRARIES=
fi
set_up
compile_kernels
if [ "${1:-}" = --setup ]; then exit 0; fi
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
exec .venv/bin/python -m tools.check "$@"
