"""Compiles the kernels onto the disk: ``python -m laixi_transport.ui.map.raster.compile``; quick where they are."""

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

from laixi_transport.ui.map.raster import loading


def main() -> int:
    """Compile what is not there; return 0 if all kernels are on the disk."""
    if loading.compiled():
        return 0
    if hasattr(os, "nice"):
        os.nice(10)  # the window goes first
    folder = _forget_old()
    modules = [importlib.import_module(f"laixi_transport.ui.map.raster.{name}") for name in loading.KERNELS]
    files = sorted(str(path) for name in loading.KERNELS for path in folder.glob(f"{name}.*.nbi")) if folder else []
    if len(files) < len(modules):
        print("the kernels could not be written to the disk", file=sys.stderr)  # noqa: T201 - a command's answer
        return 1
    path = loading.stamp_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"digest": loading.digest(), "files": files}), encoding="utf-8")
    except OSError as error:
        print(f"{path} could not be written: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _forget_old() -> Path | None:
    """Remove what was compiled from other sources, and return the folder.

    numba looks at a kernel's own file alone and would miss a change in a part that it calls.
    """
    from numba.core.caching import FunctionCache

    try:
        folder = Path(FunctionCache(main).cache_path)  # type: ignore[no-untyped-call]
    except RuntimeError:
        return None
    for name in loading.KERNELS:
        for path in folder.glob(f"{name}.*.nb?"):
            with contextlib.suppress(OSError):
                path.unlink()
    return folder


if __name__ == "__main__":
    sys.exit(main())
