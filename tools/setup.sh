# Sourced by run.sh and test.sh: brings the machine to where the program can run.
# The caller sets LOCK (a file in requirements/), LIBRARIES (Debian packages wanted) and calls set_up.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Qt's window needs these; each line is "file that proves it  package".
QT_LIBRARIES='libEGL.so.1 libegl1
libGL.so.1 libgl1
libfontconfig.so.1 libfontconfig1
libdbus-1.so.3 libdbus-1-3
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1'

find_python() {
  for candidate in ${LAIXI_PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Install Debian packages when that is allowed without a question; otherwise print the command.
apt_install() {
  command -v apt-get >/dev/null 2>&1 || { say "Please install the equivalents of: $*"; return 1; }
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then as_root=(sudo -n); else
      say "Missing system packages. Please run: sudo apt-get install $*"
      return 1
    fi
  fi
  say "Installing system packages: $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
    { "${as_root[@]}" apt-get update -qq >/dev/null &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
}

missing_qt_libraries() {
  local known file package
  known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) || return 0
  while read -r file package; do
    case "$known" in *"$file"*) ;; *) printf '%s ' "$package" ;; esac
  done <<<"$QT_LIBRARIES"
}

# The kernels of map and analytics, once after each change of them; the program would do it when it first needs them.
compile_kernels() {
  .venv/bin/python -m laixi_transport.ui.map.raster.compile && .venv/bin/python -m laixi_transport.analytics.kernels ||
    say "The kernels could not be kept: they will be compiled at every start."
}

set_up() {
  local python stamp wanted missing
  python=$(find_python) || { apt_install python3 python3-venv && python=$(find_python); } ||
    fail "Python 3.11 or newer is needed. Install it, or name it in LAIXI_PYTHON."
  stamp=".venv/laixi-setup"
  wanted="$(cat "requirements/$LOCK" pyproject.toml | sha256sum | cut -c1-64) $LOCK $("$python" -VV | tr -d '\n') ${PWD}"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x .venv/bin/python ]; then return; fi
  # The tests' set holds all that the program needs: what test.sh has set up serves run.sh too.
  if [ "$LOCK" = lock.txt ] && [ -f "$stamp" ] && [ -x .venv/bin/python ] &&
    [ "$(cat "$stamp")" = "$(cat requirements/develop.txt pyproject.toml | sha256sum | cut -c1-64) develop.txt $("$python" -VV | tr -d '\n') ${PWD}" ]; then
    return
  fi

  missing="$(missing_qt_libraries)${LIBRARIES:-}"
  # shellcheck disable=SC2086 # a list of names
  [ -z "${missing// /}" ] || apt_install $missing ||
    say "Going on without them; the window may not open."
  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    apt_install python3-venv || fail "Python's venv module is missing. Install the package python3-venv."
  fi
  # An interrupted set-up leaves no stamp; whatever stands in .venv then is not to be trusted.
  say "Setting up .venv (once; a few minutes on a slow line) ..."
  rm -f "$stamp"
  "$python" -m venv --clear .venv || fail "The virtual environment could not be made in $PWD/.venv."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$LOCK" ||
    fail "The dependencies could not be installed: is a package registry reachable? Details stand above."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ||
    fail "The program could not be installed into .venv. Details stand above."
  .venv/bin/python -m compileall -q laixi_transport || true # the first window comes sooner
  compile_kernels
  printf '%s' "$wanted" >"$stamp"
}
