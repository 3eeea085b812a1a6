"""The command line: ``laixi-transport COMMAND`` or ``python -m laixi_transport COMMAND``.

Each command imports what it needs when it runs, so that asking for help or opening the window waits for nothing.
"""

import argparse
import datetime as dt
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from laixi_transport import __version__
from laixi_transport.app.config import PREFIX
from laixi_transport.domain.problem import Problem

FAILED = 1  # argparse leaves with 2 for a wrong command line
INTERRUPTED = 130

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code, not 0 after anything that the user must know."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except Problem as problem:
        logging.getLogger(__name__).info("command ended", exc_info=problem)
        print(f"laixi-transport: {problem}", file=sys.stderr)  # noqa: T201 - the terminal is the user here
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (``| head``); the interpreter must not complain about it at its end.
        sys.stderr.close()
        return FAILED


def _parser() -> argparse.ArgumentParser:
    from laixi_transport.app import commands

    parser = argparse.ArgumentParser(prog="laixi-transport", description=__doc__.partition("\n")[0])
    parser.add_argument("--version", action="version", version=f"laixi-transport {__version__}")
    groups = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        made = groups.add_parser(name, help=text, description=text)
        made.set_defaults(command=run)
        return made

    desktop = command("desktop", commands.desktop, "Open the window; it receives terminals itself unless told not to.")
    _profile(desktop)
    _database(desktop, required=False)
    desktop.add_argument("--listen", metavar="HOST:PORT", help="where terminals connect (default 0.0.0.0:6808)")
    desktop.add_argument(
        "--no-gateway", dest="gateway", action="store_false", default=None, help="a gateway runs elsewhere"
    )
    _accept_unknown(desktop)
    desktop.add_argument("--media", metavar="DIR", help="folder for pictures, sounds and clips of terminals")
    _attachments(desktop)
    _video(desktop, "default: 1078 beside --listen if it is free; off: nowhere")
    _capture(desktop)

    demo = command("demo", commands.demo, "Show everything on a simulated county; nothing of it is real.")
    _profile(demo)
    demo.add_argument("--headless", action="store_true", help="without a window; print the counts at the end")
    demo.add_argument(
        "--offscreen", action="store_true", help="draw the window without a display and save pictures of it"
    )
    demo.add_argument("--seconds", type=_positive, metavar="N", help="end after N seconds (headless: 30)")
    demo.add_argument("--json", action="store_true", help="print one JSON object")
    demo.add_argument("--seed", type=int, default=1, help="the same seed gives the same county")

    gateway = command("gateway", commands.gateway, "Receive terminals without a window.")
    _database(gateway, required=True)
    listen = os.environ.get(f"{PREFIX}LISTEN", "0.0.0.0:6808")
    gateway.add_argument("--listen", metavar="HOST:PORT", default=listen, help="default %(default)s")
    gateway.add_argument("--log", type=Path, metavar="DIR", help="folder for the log (default: the terminal)")
    _accept_unknown(gateway)
    gateway.add_argument(
        "--media", type=Path, metavar="DIR", help="folder for pictures, sounds and clips (default: beside the data)"
    )
    _attachments(gateway)
    _video(gateway, "default: nowhere")
    _capture(gateway)

    replay = command("replay", commands.replay, "Send a track file to a gateway, one connection a vehicle.")
    replay.add_argument("file", type=Path, metavar="FILE", help="TIDES or other CSV, GPX, GTFS-Realtime (.pb)")
    _to(replay)
    replay.add_argument("--speed", default="max", metavar="X|max", help="times as fast as it was (default %(default)s)")
    replay.add_argument(
        "--columns", default="", metavar="MAP", help="time=COLUMN,lat=COLUMN,lon=COLUMN,vehicle=COLUMN[,speed_kmh=...]"
    )
    replay.add_argument("--time-zone", default="UTC", metavar="ZONE", help="of times without one (default %(default)s)")
    replay.add_argument("--protocol", choices=("2013", "2019"), default="2019", help="default %(default)s")
    replay.add_argument("--json", action="store_true", help="print one JSON object")

    simulate = command("simulate", commands.simulate, "Let a seeded county fleet report to a gateway.")
    _to(simulate)
    simulate.add_argument("--vehicles", type=_positive_int, default=100, metavar="N", help="default %(default)s")
    simulate.add_argument("--seed", type=int, default=1)
    simulate.add_argument("--seconds", type=_positive, metavar="N", help="default: until interrupted")
    simulate.add_argument("--speed", type=_positive, default=1.0, metavar="X", help="times as fast as real (default 1)")
    faults = simulate.add_argument_group("faults, each a share of the reports from 0 to 1")
    for name, text in commands.FAULTS.items():
        faults.add_argument(
            f"--{name.replace('_', '-')}", dest=name, type=_share, default=0.0, metavar="SHARE", help=text
        )
    simulate.add_argument("--json", action="store_true", help="print one JSON object")

    decode = command("decode", commands.decode, "Say what frames, packets, bodies or captures of any protocol hold.")
    decode.add_argument(
        "file", metavar="FILE", nargs="?", default="-", help="lines of hex, a capture or raw bytes (default: piped in)"
    )
    protocols = ("auto", "808", "809", "training", "1078", "jsatl", "recorder")
    decode.add_argument("--protocol", choices=protocols, default="auto", help="default: the bytes tell")
    decode.add_argument("--version", type=int, choices=(2011, 2013, 2019), help="where the frames do not tell")
    decode.add_argument("--keys", type=_keys, metavar="M1,IA1,IC1", help="of encrypted frames of JT/T 809")
    decode.add_argument("--body", action="store_true", help="the lines are bodies of messages with the id --msg-id")
    decode.add_argument("--msg-id", type=_msg_id, metavar="0xNNNN", help="message id, or sub id of JT/T 809")
    decode.add_argument("--explain", action="store_true", help="print what every byte means")
    decode.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN", help="of the titles of tables")

    database = groups.add_parser("db", help="Look after a database.").add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    for name, run, text in (
        ("stats", commands.db_stats, "Print what was received, stored, sent twice and refused."),
        ("upgrade", commands.db_upgrade, "Bring the tables to this program's version."),
        ("seal", commands.db_seal, "Compress the vehicle-hours that are over."),
        ("verify", commands.db_verify, "Compare the stored positions with the raw frames that they were made of."),
    ):
        made = database.add_parser(name, help=text, description=text)
        made.set_defaults(command=run)
        _database(made, required=True)
        made.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "verify":
            made.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="one day of GMT+8 (default: all)")

    exports = groups.add_parser("export", help="Write what was received to a file.").add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    written = exports.add_parser("tracks", help="Write the tracks of vehicles over days of GMT+8.")
    written.set_defaults(command=commands.export_tracks)
    _database(written, required=True)
    written.add_argument(
        "--vehicle", action="append", required=True, metavar="PLATE", help="plate or terminal's number; may be repeated"
    )
    written.add_argument("--day", type=_day, required=True, metavar="YYYY-MM-DD", help="of GMT+8")
    written.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="last day (default: the same)")
    written.add_argument(
        "--format", choices=("csv", "xlsx", "gpx", "kml", "geojson", "geoparquet"), default="csv", help="default csv"
    )
    written.add_argument(
        "--table", choices=("positions", "stops", "gaps", "alerts"), default="positions", help="of a CSV file"
    )
    written.add_argument(
        "--coordinates", choices=("WGS-84", "GCJ-02", "BD-09"), default="WGS-84", help="default %(default)s"
    )
    written.add_argument("--to", required=True, metavar="PATH", help="file to write")
    written.add_argument("--json", action="store_true", help="print one JSON object")

    register = groups.add_parser("register", help="Enter vehicles and their terminals.").add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    listed = register.add_parser("list", help="Print the register as CSV.")
    listed.set_defaults(command=commands.register_list)
    _database(listed, required=True)
    loaded = register.add_parser(
        "import", help="Enter or change vehicles from a CSV file with the columns of the list."
    )
    loaded.set_defaults(command=commands.register_import)
    loaded.add_argument("file", type=Path, metavar="FILE")
    _database(loaded, required=True)

    map_data = groups.add_parser("map", help="Bring in roads, areas and places for the map.").add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    brought = map_data.add_parser("import", help="Bring in OpenStreetMap PBF, GeoPackage, Shapefile or GeoJSON.")
    brought.set_defaults(command=commands.map_import)
    brought.add_argument("file", type=Path, metavar="FILE")
    brought.add_argument("--name", default="", help="for people (default: that of the file)")
    brought.add_argument("--crs", default="", metavar="EPSG:N", help="coordinate system where the file does not say it")
    brought.add_argument(
        "--frame",
        choices=("wgs84", "gcj02", "bd09"),
        default="wgs84",
        help="datum of the coordinates; the Chinese ones are converted (default %(default)s)",
    )
    brought.add_argument("--attribution", default="", metavar="TEXT", help="source and licence, shown on the map")
    listed_map = map_data.add_parser("list", help="Print what was brought in.")
    listed_map.set_defaults(command=commands.map_list)
    removed = map_data.add_parser("remove", help="Remove an import with all that came with it.")
    removed.set_defaults(command=commands.map_remove)
    removed.add_argument("number", type=_positive_int, metavar="NUMBER", help="as the list has it")
    for made in (brought, listed_map, removed):
        _database(made, required=True)
        made.add_argument("--json", action="store_true", help="print JSON")

    captures = groups.add_parser("capture", help="Look into a capture of a port, or send it once more.").add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    for name, run, text in (
        ("show", commands.capture_show, "Print what came (>) and went (<), and when."),
        ("replay", commands.capture_replay, "Send what came to a server, each connection over one of its own."),
        ("register", commands.capture_register, "Enter its terminals with their codes, for a replay to be taken."),
    ):
        made = captures.add_parser(name, help=text, description=text)
        made.set_defaults(command=run)
        made.add_argument("files", type=Path, nargs="+", metavar="FILE", help="oldest first: FILE.2 FILE.1 FILE")
        if name == "register":
            _database(made, required=True)
        else:
            made.add_argument("--port", metavar="NAME", help="one port alone: jt808, jt809 ...")
        if name == "replay":
            _to(made)
            made.add_argument(
                "--speed", type=_speed, default=1.0, metavar="X|max", help="times as fast as it was (default 1)"
            )
        made.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _profile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", type=Path, metavar="DIR", help="folder for data, settings and log")


def _database(parser: argparse.ArgumentParser, *, required: bool) -> None:
    # A password on the command line can be read by every user of the machine; the environment cannot.
    given = os.environ.get(f"{PREFIX}DATABASE") if required else None
    parser.add_argument(
        "--database",
        required=required and not given,
        default=given,
        metavar="URL",
        help=f"sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME (default: ${PREFIX}DATABASE)",
    )


def _to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="where the gateway listens")


def _accept_unknown(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-unknown", action="store_true", default=None, help="enter terminals that are not in the register"
    )


def _attachments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--attachments", metavar="HOST:PORT", help="where terminals bring the files of alarms")
    parser.add_argument(
        "--no-fetch-files",
        dest="fetch_files",
        action="store_false",
        default=None,
        help="ask for the files of alarms by command only, not as soon as an alarm tells of them",
    )


def _video(parser: argparse.ArgumentParser, otherwise: str) -> None:
    parser.add_argument("--video", metavar="HOST:PORT", help=f"where terminals bring video, TCP and UDP ({otherwise})")
    parser.add_argument(
        "--public-address",
        metavar="HOST",
        help="of the port for video, that terminals are told (default: the one of this machine that they have reached)",
    )


def _capture(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--capture", type=Path, metavar="FILE", help="keep every byte that comes and goes, with its time"
    )


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day like 2026-01-31") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no number") from None


def _speed(text: str) -> float | None:
    return None if text == "max" else _positive(text)


def _positive(text: str) -> float:
    value = _number(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not greater than 0")
    return value


def _positive_int(text: str) -> int:
    value = _number(text)
    if not value.is_integer() or value < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number greater than 0")
    return int(value)


def _keys(text: str) -> tuple[int, ...]:
    try:
        keys = tuple(int(part, 0) for part in text.split(","))
    except ValueError:
        keys = ()
    if len(keys) != 3:
        raise argparse.ArgumentTypeError(f"{text} is not three numbers like 30000000,20000000,20000000")
    return keys


def _msg_id(text: str) -> int:
    try:
        value = int(text, 16)
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text} is no message id like 0x0200")
    return value


def _share(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 1")
    return value
