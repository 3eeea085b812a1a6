"""What each command of the command line does, given its parsed options."""

import argparse
import dataclasses
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from laixi_transport.app import interrupts, quick_start
from laixi_transport.app.config import (
    OFF,
    PREFIX,
    Address,
    Settings,
    database_url,
    default_profile,
    load_settings,
    media_folder,
    video_port,
)
from laixi_transport.app.folders import make_for_media
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from laixi_transport.storage import Stats

SHOWN_ROWS = 20
INCOMPLETE = 3  # the command ran, but not everything arrived

FAULTS = {
    "drop": "the report is never sent",
    "duplicate": "it is sent twice",
    "delay": "it is sent after later ones",
    "corrupt": "a bit flips on the way",
    "jump": "the position lies kilometres off",
    "blind_area": "the link is lost for a while and what was missed is sent afterwards",
}


def desktop(options: argparse.Namespace) -> int:
    """Open the window on the profile's settings."""
    quick_start.begin()
    from laixi_transport.app.desktop import DesktopOptions, run_desktop

    profile, settings = _profile_and_settings(options)
    if options.capture is not None and not settings.gateway:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "This window receives nothing that could be captured. "
                "Give --capture to the gateway that runs elsewhere.",
            )
        )
    listen = Address.parse(settings.listen) if settings.gateway else None
    media = media_folder(settings.media, profile) if settings.gateway or settings.media else None
    if media is not None and settings.gateway and settings.media:
        make_for_media(media)
    return run_desktop(
        DesktopOptions(
            profile=profile,
            database=database_url(settings, profile),
            listen=listen,
            accept_unknown=settings.accept_unknown,
            language=settings.language,
            theme=settings.theme,
            capture=options.capture,
            media=media,
            attachments=Address.parse(settings.attachments) if settings.attachments else None,
            fetch_files=settings.fetch_files,
            video=video_port(settings.video, listen, settings.public_address),
        )
    )


def demo(options: argparse.Namespace) -> int:
    """Show the simulated county, with a window or without."""
    from laixi_transport.app.logs import start_logging

    if options.headless:
        from laixi_transport.app.demo import run_demo_headless

        if options.profile is not None:
            start_logging(options.profile / "logs")
        counts = run_demo_headless(options.seconds or 30.0, options.profile, seed=options.seed)
        _print(counts, as_json=options.json)
        return 0
    quick_start.begin()
    from laixi_transport.app.desktop import DesktopOptions, run_desktop

    return run_desktop(
        DesktopOptions(
            profile=options.profile,
            demo=True,
            seed=options.seed,
            offscreen=options.offscreen,
            seconds=options.seconds,
        )
    )


@interrupts.remembered()
def gateway(options: argparse.Namespace) -> int:
    """Receive terminals until interrupted."""
    from laixi_transport.app.gateway import run_gateway
    from laixi_transport.app.logs import start_logging

    listen = Address.parse(options.listen)
    given = options.video or os.environ.get(f"{PREFIX}VIDEO", OFF)
    video = video_port(given, listen, options.public_address or os.environ.get(f"{PREFIX}PUBLIC_ADDRESS", ""))
    start_logging(options.log)
    return run_gateway(
        options.database,
        listen,
        accept_unknown=bool(options.accept_unknown),
        capture=options.capture,
        media=make_for_media(options.media) if options.media is not None else None,
        attachments=Address.parse(options.attachments) if options.attachments else None,
        fetch_files=options.fetch_files is not False,
        video=video,
    )


def replay(options: argparse.Namespace) -> int:
    """Send a track file; not 0 unless every usable row was acknowledged."""
    from laixi_transport.services.replay.command import run_replay

    address = Address.parse(options.to)
    show = sys.stderr.isatty()
    report = run_replay(
        options.file,
        address.host,
        address.port,
        speed=options.speed,
        columns=options.columns,
        time_zone=options.time_zone,
        protocol_version=options.protocol,
        progress=_progress if show else None,
    )
    if show:
        print(file=sys.stderr)  # noqa: T201
    values = dataclasses.asdict(report)
    del values["unusable_rows"]
    for row in report.unusable_rows[:SHOWN_ROWS]:
        print(f"row {row.row}: {row.reason}", file=sys.stderr)  # noqa: T201
    _print(values, as_json=options.json)
    return 0 if report.complete else INCOMPLETE


def simulate(options: argparse.Namespace) -> int:
    """Let the fleet drive."""
    from laixi_transport.services.simulation.command import run_simulate

    address = Address.parse(options.to)
    counts = run_simulate(
        address.host,
        address.port,
        vehicles=options.vehicles,
        seed=options.seed,
        seconds=options.seconds,
        speed=options.speed,
        faults={name: getattr(options, name) for name in FAULTS},
        begin_s=time.time(),
    )
    _print(dataclasses.asdict(counts), as_json=options.json)
    return 0


def decode(options: argparse.Namespace) -> int:
    """Print what bytes hold."""
    from laixi_transport.app.decode import run_decode

    return run_decode(options)


def db_stats(options: argparse.Namespace) -> int:
    """Print the exact counts; may run beside the process that writes."""
    from laixi_transport.storage import open_store

    with open_store(options.database, read_only=True) as store:
        stats = store.stats()
    names = ("received", "stored", "duplicates", "quarantined")
    values: dict[str, Any] = {name: getattr(stats, name) for name in names}
    values["sources"] = {
        source: {name: getattr(counts, name) for name in names} for source, counts in stats.sources.items()
    }
    if options.json:
        _print(values, as_json=True)
        return _nothing_lost(stats)
    width = max([len("all"), *map(len, stats.sources)])
    print(" " * width, *(f"{name:>12}" for name in names))  # noqa: T201
    for source, counts in [("all", stats), *stats.sources.items()]:
        print(f"{source:<{width}}", *(f"{getattr(counts, name):>12}" for name in names))  # noqa: T201
    return _nothing_lost(stats)


def _nothing_lost(stats: "Stats") -> int:
    """Return the exit code for counts; raises Problem if they do not add up."""
    if stats.lost:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "{lost} of {received} received reports are neither stored nor duplicates nor quarantined. "
                "This is a fault of the program: keep the database and the log, and report it.",
            ),
            lost=stats.lost,
            received=stats.received,
        )
    return 0


def db_upgrade(options: argparse.Namespace) -> int:
    """Create or upgrade the tables; opening for writing does it."""
    from laixi_transport.storage import open_store

    with open_store(options.database) as store:
        _print({"database": store.name, "schema": "current"}, as_json=options.json)
    return 0


def db_seal(options: argparse.Namespace) -> int:
    """Seal what has been quiet for ten minutes."""
    from laixi_transport.storage import open_store

    with open_store(options.database) as store:
        store.claim()
        report = store.seal(time.time())
    _print(dataclasses.asdict(report), as_json=options.json)
    return 0


def db_verify(options: argparse.Namespace) -> int:
    """Say whether every report in the kept frames is stored; may run beside the process that writes."""
    from laixi_transport.domain.time import BEIJING, beijing_day, from_unix
    from laixi_transport.services.verification import verify
    from laixi_transport.storage import open_store

    with open_store(options.database, read_only=True) as store:
        result = verify(store, beijing_day(options.day) if options.day is not None else store.frames.span())
    values = dataclasses.asdict(result)
    if not options.json:
        values |= {"missing": len(result.missing), "damaged": len(result.damaged)}
    _print(values, as_json=options.json)
    if result.sound:
        return 0
    wrong = [f"{vehicle}: {from_unix(at).astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" for vehicle, at in result.wrong]
    raise Problem(
        QT_TRANSLATE_NOOP(
            "Problem",
            "Stored data is damaged: {missing} reports and {damaged} hours of raw frames, of vehicles and at times "
            "{places}. Stop writing to this database and fetch a backup.",
        ),
        missing=len(result.missing),
        damaged=len(result.damaged),
        places=", ".join(wrong[:SHOWN_ROWS]),
    )


def export_tracks(options: argparse.Namespace) -> int:
    """Write tracks to a file and say what is in it."""
    from laixi_transport.app.exports import tracks

    done = tracks(options)
    _print(dataclasses.asdict(done), as_json=options.json)
    return 0


def register_list(options: argparse.Namespace) -> int:
    """Print every vehicle with its terminal."""
    from laixi_transport.app.register_file import print_register

    return print_register(options)


def register_import(options: argparse.Namespace) -> int:
    """Enter the vehicles of a file."""
    from laixi_transport.app.register_file import import_register

    return import_register(options)


def map_import(options: argparse.Namespace) -> int:
    """Bring a file of map data in."""
    from laixi_transport.app.map_files import import_map

    return import_map(options)


def map_list(options: argparse.Namespace) -> int:
    """Print what map data there are."""
    from laixi_transport.app.map_files import list_maps

    return list_maps(options)


def map_remove(options: argparse.Namespace) -> int:
    """Remove an import of map data."""
    from laixi_transport.app.map_files import remove_map

    return remove_map(options)


def _profile_and_settings(options: argparse.Namespace) -> tuple[Path, Settings]:
    profile = options.profile or default_profile()
    return profile, load_settings(profile, vars(options))


def _progress(acknowledged: int, total: int) -> None:
    print(f"\r{acknowledged} of {total} acknowledged", end="", file=sys.stderr, flush=True)  # noqa: T201


def capture_show(options: argparse.Namespace) -> int:
    """Print what is in a capture."""
    from laixi_transport.app.captures import show

    return show(options)


def capture_replay(options: argparse.Namespace) -> int:
    """Send a capture once more; not 0 unless every byte went."""
    from laixi_transport.app.captures import replay_files

    counts = replay_files(options)
    _print(dataclasses.asdict(counts), as_json=options.json)
    return INCOMPLETE if counts.bytes_unsent else 0


def capture_register(options: argparse.Namespace) -> int:
    """Enter the terminals of a capture."""
    from laixi_transport.app.captures import register

    _print(register(options), as_json=options.json)
    return 0


def _print(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(values, ensure_ascii=False, default=str))  # noqa: T201
        return
    width = max(map(len, values), default=0)
    for name, value in values.items():
        print(f"{name:<{width}}  {value}")  # noqa: T201
