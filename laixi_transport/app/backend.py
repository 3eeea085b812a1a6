"""What the window stands on: store, gateway and services in the io thread, started and stopped in order."""

import asyncio
import contextlib
import gc
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from laixi_transport.app.config import Address, VideoPort, operator_name
from laixi_transport.app.gateway import allow_many_connections, persist, video_options
from laixi_transport.devices.capture import CaptureWriter
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.bundle import Services, open_services
from laixi_transport.services.ingest.gateway import Gateway
from laixi_transport.services.ingest.upkeep import Upkeep
from laixi_transport.storage import Store, open_store

_log = logging.getLogger(__name__)


class Backend(Protocol):
    """Services that run until they are stopped."""

    def start(self) -> Services:
        """Open everything; blocks. Raises Problem, and nothing is left open then."""

    def stop(self) -> None:
        """Store what was received and close; blocks."""


class StationBackend:
    """One database in one process: with a gateway in it, or beside one that runs elsewhere.

    listen   where terminals connect, None where another process receives them
    capture  file that keeps every byte that terminals send and get
    attachments  where terminals bring the files of alarms, None: nowhere
    fetch_files  whether they are asked for as soon as an alarm tells of them
    video    where terminals bring video, None: nowhere
    media    folder for what terminals send beside reports; without one they are not kept, and cannot be seen
    """

    def __init__(
        self,
        database_url: str,
        listen: Address | None,
        *,
        accept_unknown: bool = False,
        capture: Path | None = None,
        media: Path | None = None,
        attachments: Address | None = None,
        fetch_files: bool = True,
        video: VideoPort | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = database_url
        self._capture = capture
        self._media = media
        self._attachments = attachments
        self._fetch_files = fetch_files
        self._video = video
        self._listen = listen
        self._accept_unknown = accept_unknown
        self._now = now
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()
        self.address: Address | None = None  # where terminals connect, once started
        self.store: Store | None = None

    def start(self) -> Services:
        """Open the database, then listen, then follow what is committed."""
        ready: Future[Services] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="io", daemon=True)
        self._thread.start()
        return ready.result()

    def stop(self) -> None:
        """Stop in reverse order."""
        thread = self._thread
        if thread is None:
            return
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop ended by itself
                self._loop.call_soon_threadsafe(self._stopped.set)
        thread.join()
        self._thread = None

    def _run(self, ready: "Future[Services]") -> None:
        factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None  # psycopg knows no other there
        try:
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(self._serve(ready))
        except Exception as error:  # noqa: BLE001 - whoever waits for the start must hear of it
            if not ready.done():
                ready.set_exception(_as_problem(error))
            else:
                _log.exception("the io thread ended")

    async def _serve(self, ready: "Future[Services]") -> None:
        self._loop = asyncio.get_running_loop()
        beside: list[asyncio.Task[None]] = []
        gateway: Gateway | None = None
        capture: CaptureWriter | None = None
        store = await asyncio.to_thread(open_store, self._url)
        self.store = store
        try:
            if self._listen is not None:
                if not await asyncio.wrap_future(store.claiming()):
                    raise Problem(
                        QT_TRANSLATE_NOOP(
                            "Problem",
                            "Another gateway already stores reports into {path}. Start this window with --no-gateway, "
                            "or stop the other one.",
                        ),
                        path=store.name,
                    )
                capture = CaptureWriter(self._capture) if self._capture is not None else None
                gateway = Gateway(
                    store,
                    (self._listen.host, self._listen.port),
                    accept_unknown=self._accept_unknown,
                    max_connections=allow_many_connections(),
                    media=self._media,
                    attachments=(self._attachments.host, self._attachments.port) if self._attachments else None,
                    fetch_files=self._fetch_files,
                    **video_options(self._video),
                    tap=capture.tap if capture is not None else None,
                )
                await gateway.start()
                self.address = Address(self._listen.host, gateway.port)
            services = open_services(
                store,
                evaluates=gateway is not None,
                now=self._now,
                gateway=str(self.address) if self.address else None,
                operator=operator_name(),
                media=self._media,
                video=gateway.video if gateway is not None else None,
                tap=capture.tap if capture is not None else None,
            )
            work: dict[str, Callable[[], Awaitable[None]]] = {
                "the fleet": services.live.follow,
                "the rules": services.alerts.follow,
                "the terminals": services.terminals.follow,
                "the commands": services.commands.follow,
                "the media": services.media.follow,
                "the platforms above": services.cascade.follow,
                "the map data": services.map_data.follow,
                "the geofences": services.geofences.follow,
            }
            if gateway is not None:
                work["upkeep"] = Upkeep(store, gateway.media.files if gateway.media is not None else None).follow
            beside += [asyncio.create_task(persist(name, follow), name=name) for name, follow in work.items()]
            gc.collect()
            gc.freeze()  # what is there at the start stays: the collector need not look through it again
            ready.set_result(services)
            await self._stopped.wait()
        finally:
            if gateway is not None:
                await gateway.stop()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            if capture is not None:
                capture.close()
            # Here, not after the loop: a thread of the loop may wait for the writer, which only closing makes give up.
            await asyncio.to_thread(store.close)


def _as_problem(error: Exception) -> Exception:
    """Return the error as a sentence; what is unknown keeps its name, and the log has the rest."""
    if isinstance(error, Problem):
        return error
    _log.error("the program's services could not start", exc_info=error)
    problem = Problem(
        QT_TRANSLATE_NOOP("Problem", "The program could not start its services: {reason}. The log has the details."),
        reason=f"{type(error).__name__}: {error}",
    )
    problem.__cause__ = error
    return problem
