"""The gateway as a process of its own: ingest and rules without a window, for a bureau with several seats."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from laixi_transport.app import interrupts
from laixi_transport.app.config import Address, VideoPort, default_profile, media_folder
from laixi_transport.devices.capture import CaptureWriter
from laixi_transport.devices.jt808.server import LONGEST_QUEUE
from laixi_transport.services.alerts.service import AlertService
from laixi_transport.services.cascade.service import CascadeService
from laixi_transport.services.ending import ended
from laixi_transport.services.ingest.gateway import MOST_CONNECTIONS, Gateway
from laixi_transport.services.ingest.upkeep import Upkeep
from laixi_transport.storage import Store, open_store

_log = logging.getLogger(__name__)

RETRY_S = 5.0
CLAIM_EVERY_S = 1.0
"""How often a gateway that stands by looks whether the other has ended."""
FILES_BESIDE = 128
"""Open files that are no connections: database, log, libraries."""


def run_gateway(
    database_url: str,
    listen: Address,
    *,
    accept_unknown: bool = False,
    capture: Path | None = None,
    media: Path | None = None,
    attachments: Address | None = None,
    fetch_files: bool = True,
    video: VideoPort | None = None,
    announce: Callable[[str], None] = lambda line: print(line, flush=True),  # noqa: T201 - it is what the command says
) -> int:
    """Receive terminals until SIGINT or SIGTERM and return the exit code.

    capture   file that keeps every byte that comes and goes
    attachments  where terminals bring the files of alarms, None: nowhere
    fetch_files  whether they are asked for as soon as an alarm tells of them
    video     where terminals bring video, None: nowhere
    media     folder for what terminals send beside reports; beside a database that is a file unless given
    announce  gets one line with the bound address once terminals can connect, and one with the port for video; before
              them one if another gateway stores into the database: then this one stands by, closed to terminals, and
              takes over when the other has ended

    Raises Problem if the database or the address cannot be had.
    """
    most = allow_many_connections()
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None  # psycopg knows no other there
    with asyncio.Runner(loop_factory=factory) as runner, open_capture(capture) as writer:
        store = open_store(database_url)
        folder = media or media_folder("", store.path.parent if store.path is not None else default_profile())
        gateway = Gateway(
            store,
            (listen.host, listen.port),
            accept_unknown=accept_unknown,
            max_connections=most,
            media=folder,
            attachments=(attachments.host, attachments.port) if attachments is not None else None,
            fetch_files=fetch_files,
            **video_options(video),
            tap=writer.tap if writer is not None else None,
        )
        cascade = CascadeService(store, runs=True, media=folder, tap=writer.tap if writer is not None else None)
        runner.run(_serve(store, gateway, cascade, listen.host, announce))
    return 0


def open_capture(path: Path | None) -> contextlib.AbstractContextManager[CaptureWriter | None]:
    """Return a capture that is being written, or none; Problem if the file cannot be written."""
    return contextlib.nullcontext() if path is None else CaptureWriter(path)


def video_options(video: VideoPort | None) -> dict[str, Any]:
    """Return what a gateway is told of its port for video."""
    if video is None:
        return {}
    return {
        "video": (video.address.host, video.address.port),
        "video_required": video.required,
        "public_address": video.public_address,
    }


async def _serve(
    store: Store, gateway: Gateway, cascade: CascadeService, host: str, announce: Callable[[str], None]
) -> None:
    alerts = AlertService(store, evaluates=True)
    upkeep = Upkeep(store, gateway.media.files if gateway.media is not None else None)
    beside: list[asyncio.Task[None]] = []
    try:
        with _stop_signals() as stopped:
            if not await _until_sole(store, stopped, announce):
                return
            await gateway.start()
            beside += [
                asyncio.create_task(persist("the rules", alerts.follow)),
                asyncio.create_task(persist("the platforms above", cascade.follow)),
                asyncio.create_task(persist("upkeep", upkeep.follow)),
            ]
            gc.collect()
            gc.freeze()  # what is there at the start stays: the collector need not look through it again
            gc.set_threshold(200_000, 20, 20)  # reports on their way to a commit are many, and hold no cycles
            announce(f"listening on {Address(host, gateway.port)}")
            if gateway.video.port:
                announce(f"video on port {gateway.video.port}")
            await stopped.wait()
            _log.info("stopping")
            await gateway.stop()
    finally:
        await ended(beside)
        # Here, not after the loop: a thread of the loop may wait for the writer, which only closing makes give up.
        await asyncio.to_thread(store.close)


async def _until_sole(store: Store, stopped: asyncio.Event, announce: Callable[[str], None]) -> bool:
    """Wait until no other process stores reports; return False if told to stop before.

    A gateway that cannot store must not listen: terminals would stay with it, unanswered, instead of trying their
    other address.
    """
    stop = asyncio.ensure_future(stopped.wait())
    told = False
    try:
        while not stop.done():
            claimed = asyncio.wrap_future(store.claiming())
            await asyncio.wait((claimed, stop), return_when=asyncio.FIRST_COMPLETED)
            if not claimed.done():
                claimed.cancel()
            elif claimed.result():
                return True
            elif not told:
                announce(f"waiting, not listening: another gateway stores reports into {store.name}")
                told = True
            await asyncio.wait((stop,), timeout=CLAIM_EVERY_S)
        return False
    finally:
        stop.cancel()


async def persist(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run work until cancelled; should it fail, log it and begin again: reports are received in any case."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - whatever it is
            _log.exception("%s failed, trying again in %.0f s", name, RETRY_S)
        await asyncio.sleep(RETRY_S)


@contextlib.contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Give an event that SIGINT or SIGTERM sets."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    if interrupts.told:  # before there was a loop, and nothing ended of it
        stopped.set()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            try:
                loop.add_signal_handler(number, stopped.set)  # wakes a loop that waits, whenever the signal comes
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
        yield stopped
    finally:
        for number, handler in before.items():
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)


def allow_many_connections() -> int:
    """Raise the limit of open files as far as it goes, each terminal is one, and return how many may be open at once.

    More must be turned away before the system does it: asyncio then logs thousands of errors a second. It accepts as
    many as wait in the queue before it looks at any.
    """
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError) as error:
            _log.info("the limit of %d open files stays: %s", soft, error)
        else:
            soft = hard
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    spare = soft - FILES_BESIDE
    return min(MOST_CONNECTIONS, max(spare - LONGEST_QUEUE, spare // 2, 1))
