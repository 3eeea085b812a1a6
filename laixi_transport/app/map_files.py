"""``laixi-transport map``: bring files in, list and remove what was brought in."""

import argparse
import dataclasses
import json
import sys
from typing import Any

from laixi_transport.domain.map_data import Frame, MapImport
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.storage import open_store


def import_map(options: argparse.Namespace) -> int:
    """Bring one file in and print what came of it."""
    shown = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        if shown:
            print(f"\r{done}" + (f" of {total}" if total else ""), end="", file=sys.stderr, flush=True)  # noqa: T201

    with open_store(options.database) as store:
        stored = MapDataService(store).import_map(
            options.file,
            name=options.name,
            crs=options.crs,
            frame=Frame(options.frame),
            attribution=options.attribution,
            progress=progress,
        )
    if shown:
        print(file=sys.stderr)  # noqa: T201
    if options.json:
        print(json.dumps(_plain(stored), ensure_ascii=False))  # noqa: T201
    else:
        print(_line(stored))  # noqa: T201
        _print_left_out(stored)
    return 0


def list_maps(options: argparse.Namespace) -> int:
    """Print what was brought in, the newest first."""
    with open_store(options.database, read_only=True) as store:
        found = MapDataService(store).imports()
    if options.json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))  # noqa: T201
    else:
        for one in found:
            print(_line(one))  # noqa: T201
    return 0


def remove_map(options: argparse.Namespace) -> int:
    """Remove one import."""
    with open_store(options.database) as store:
        MapDataService(store).remove(options.number)
    if options.json:
        print(json.dumps({"removed": options.number}))  # noqa: T201
    return 0


def _line(one: MapImport) -> str:
    parts = [f"{one.roads} roads ({one.limits} with a limit)", f"{one.areas} areas", f"{one.places} places"]
    if one.left_out:
        parts.append(f"{one.left_out_count} left out")
    return f"{one.id:>4}  {one.imported:%Y-%m-%d %H:%M}Z  {one.name}  [{one.format}]  {', '.join(parts)}"


def _print_left_out(one: MapImport) -> None:
    for left_out in one.left_out:
        examples = ", ".join(left_out.examples)
        print(f"      left out {left_out.count}: {left_out.reason.value} ({examples})", file=sys.stderr)  # noqa: T201
    for note in one.notes:
        print(f"      note: {note}", file=sys.stderr)  # noqa: T201


def _plain(one: MapImport) -> dict[str, Any]:
    return dataclasses.asdict(one) | {"imported": one.imported.isoformat(), "frame": one.frame.value}
