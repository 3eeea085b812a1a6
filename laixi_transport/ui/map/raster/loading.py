"""Brings the kernels without letting the window wait: compiled by another process, loaded by a thread.

Compiling takes half a minute and importing numba most of a second, both with the interpreter's lock held. Compiling is
done once by a process of its own, which leaves the kernels on disk; a thread then loads them, and gives the lock away
ten times as often as usual meanwhile. Until then the map is painted by QPainter.
"""

import ctypes
import hashlib
import importlib
import importlib.util
import json
import logging
import os
import platform
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import platformdirs

from laixi_transport.ui import handover

_log = logging.getLogger(__name__)

KERNELS = ("stroke", "blend", "fill", "density", "blit")
COMPILE = "laixi_transport.ui.map.raster.compile"
POLL_S = 0.1
NO_WINDOW = 0x08000000 if os.name == "nt" else 0  # subprocess.CREATE_NO_WINDOW

_begun = threading.Event()
_done = threading.Event()
_ready = False


def ready() -> bool:
    """Whether the kernels may be called."""
    return _ready


def begin() -> None:
    """Have the kernels loaded on a thread; at once and only the first time."""
    if not _begun.is_set():
        _begun.set()
        threading.Thread(target=_load_politely, name="kernels").start()


def load_now() -> None:
    """Have the kernels when it returns: for tests, benchmarks and pictures without a window."""
    if _begun.is_set():
        _done.wait()
    else:
        _begun.set()
        _load()


def stamp_path() -> Path:
    """Return the file that says where on disk the compiled kernels of this very program are."""
    here = hashlib.sha256(str(Path(__file__).parent).encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("laixi-transport", appauthor=False)) / f"kernels-{here}.json"


def digest() -> str:
    """Return a word for everything that the compiled kernels depend on: their sources, numba, Python, the machine."""
    told = hashlib.sha256(f"{version('numba')} {sys.version} {platform.platform()} {platform.node()}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        told.update(path.read_bytes())
    return told.hexdigest()


def compiled() -> bool:
    """Whether the kernels as they are now lie on the disk."""
    try:
        told = json.loads(stamp_path().read_text(encoding="utf-8"))
        return bool(told["digest"] == digest()) and all(Path(file).is_file() for file in told["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _load_politely() -> None:
    if not compiled() and not _compile_elsewhere():
        return
    with handover.polite():
        _open_library()
        _load()


def _open_library() -> None:
    """Have the system load numba's compiler (100 MB) before Python does: Python keeps its lock while it does, 0.1 s."""
    found = importlib.util.find_spec("llvmlite")
    folders = found.submodule_search_locations if found is not None else None
    for folder in folders or ():
        for path in sorted((Path(folder) / "binding").glob("*llvmlite.*")):
            if os.name == "nt" and path.suffix == ".dll":
                ctypes.WinDLL("kernel32").LoadLibraryW(str(path))  # type: ignore[attr-defined,unused-ignore]
            elif path.suffix in {".so", ".dylib"}:
                load = ctypes.CDLL(None).dlopen
                load.argtypes, load.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
                load(os.fsencode(path), os.RTLD_NOW)


def _compile_elsewhere() -> bool:
    """Let another process compile; return False if the program ends meanwhile."""
    _log.info("compiling the kernels of the map")
    process = subprocess.Popen(  # noqa: S603 - the program itself
        [sys.executable, "-m", COMPILE],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        creationflags=NO_WINDOW,
    )
    while True:
        try:
            _, said = process.communicate(timeout=POLL_S)
        except subprocess.TimeoutExpired:
            if not threading.main_thread().is_alive():
                process.kill()
                process.communicate()
                return False
        else:
            break
    if process.returncode:
        _log.warning("the kernels of the map could not be compiled ahead, the window may stutter: %s", said.strip())
    return True


def _load() -> None:
    global _ready  # noqa: PLW0603 - one state for the process
    try:
        for name in KERNELS:
            importlib.import_module(f"laixi_transport.ui.map.raster.{name}")
        _ready = True
    except Exception:  # noqa: BLE001 - the map goes on without them, whatever it is
        _log.exception("the kernels of the map could not be loaded; the map stays as slow as it is")
    finally:
        _done.set()
