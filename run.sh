#!/usr/bin/env bash
# Set up what is missing and open the desktop on the demo.
#   ./run.sh                the demo (without a display: the same for 30 s offscreen)
#   ./run.sh --setup        only set up
#   ./run.sh COMMAND ...    any command of the program, for example: ./run.sh desktop
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/setup.sh

LOCK=lock.txt
set_up
if [ "${1:-}" = --setup ]; then compile_kernels && exit 0; fi
if [ $# -gt 0 ]; then exec .venv/bin/python -m laixi_transport "$@"; fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; then
  exec .venv/bin/python -m laixi_transport demo
fi
say "No display: the demo runs offscreen for 30 s."
exec .venv/bin/python -m laixi_transport demo --offscreen --seconds 30
