"""Platforms above as people see them: links and how they are, questions to answer, orders to deal with."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from laixi_transport.devices.tap import Tap, TapMaker
from laixi_transport.domain.cascade import (
    CascadeLink,
    CascadeStatus,
    Handling,
    RequestKind,
    RequestState,
    UpperRequest,
)
from laixi_transport.domain.change import Change, Topic
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING
from laixi_transport.storage.media import MediaFiles

if TYPE_CHECKING:
    from laixi_transport.services.cascade.uplink import Uplink

_log = logging.getLogger(__name__)

OnRequests = Callable[[list[UpperRequest]], None]
OnStatuses = Callable[[list[CascadeStatus]], None]
MakeUplink = Callable[[Store, CascadeLink, Callable[[], datetime]], "Uplink"]

PORT_NAME = "jt809"
"""Of links to platforms above in captures."""
RETRY_S = 5.0
ANSWER_BYTES = 1000
"""Longest answer to a question, in GBK; one message would take more, people above do not."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_WAITING = (RequestState.OPEN, RequestState.ANSWERED)
_NEWS = frozenset({Topic.VEHICLE_STATE, Topic.ALERT})
_OUTCOMES = frozenset({Topic.COMMAND, Topic.MEDIA})


class CascadeService:
    """Requests that wait, kept up to date by the change feed; runs the links where it is told to.

    runs    whether this process links to the platforms above; exactly one does, the one whose gateway writes
    now     aware UTC
    uplink  makes what runs one link; tests give their own
    media   folder of media, for pictures that platforms above order
    tap     makes what hears all bytes of the links, for a capture
    """

    def __init__(
        self,
        store: Store,
        *,
        runs: bool,
        now: Callable[[], datetime] = utc_now,
        uplink: MakeUplink | None = None,
        media: Path | None = None,
        tap: TapMaker | None = None,
    ) -> None:
        self._store = store
        self._runs = runs
        self._now = now
        files = MediaFiles(media) if media is not None else None
        self._make = uplink or partial(_uplink, media=files, tap=tap(PORT_NAME) if tap is not None else None)
        self._lock = threading.Lock()
        self._waiting: dict[int, UpperRequest] = {}
        self._subscribers: list[tuple[OnRequests, OnStatuses]] = []
        self._running: dict[int, tuple[CascadeLink, Uplink, asyncio.Task[None]]] = {}
        self.loaded = asyncio.Event()
        """Set once the requests were read and the links begun; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Run the links and follow the feed until cancelled; in the io loop. May be called again after a failure."""
        try:
            newest = await asyncio.to_thread(self._store.feed.newest)
            await self._read_waiting()
            await self._begin()
            self.loaded.set()
            async for changes in self._store.feed.changes(newest):
                await self._hear(changes)
        finally:
            await self._end(list(self._running))

    # Links

    def links(self) -> tuple[CascadeLink, ...]:
        """Return all links; blocks on the database."""
        return self._store.cascade.links()

    def statuses(self) -> tuple[CascadeStatus, ...]:
        """Return how the links are, as the process that runs them wrote it; blocks on the database."""
        return self._store.cascade.statuses()

    def save_link(self, link: CascadeLink) -> "Future[CascadeLink]":
        """Store a link, new with id 0; it begins, changes or ends at once. Any thread.

        Raises Problem for what cannot be. What was stored before it is enabled does not go up.
        """
        _check(link)
        return self._store.writer.run(lambda session: self._store.cascade.save_link(session, link))

    def remove_link(self, link_id: int) -> "Future[None]":
        """Delete a link with its requests. Any thread."""
        return self._store.writer.run(lambda session: self._store.cascade.remove_link(session, link_id))

    def running(self, link_id: int) -> "Uplink | None":
        """Return what runs a link in this process, None if nothing does."""
        found = self._running.get(link_id)
        return found[1] if found is not None else None

    # Requests

    def open_questions(self) -> list[UpperRequest]:
        """Return questions (查岗) that wait for a person, the most pressing first; any thread, does not block."""
        return self._open(RequestKind.POST_CHECK)

    def open_supervisions(self) -> list[UpperRequest]:
        """Return supervised alarms (督办) of which nothing has been said yet; any thread, does not block."""
        return self._open(RequestKind.SUPERVISION)

    def overdue(self) -> list[UpperRequest]:
        """Return what should have been answered by now; any thread, does not block."""
        now = self._now()
        with self._lock:
            return [request for request in self._waiting.values() if request.overdue(now)]

    def history(self, limit: int = 500, kinds: Sequence[RequestKind] | None = None) -> list[UpperRequest]:
        """Return the last requests, texts and notices too, the newest first; blocks on the database."""
        return list(self._store.cascade.requests(kinds=kinds, limit=limit))

    def answer(self, question_id: int, text: str, by: str) -> "Future[UpperRequest]":
        """Answer a question; it is sent at once, or when the link is back. The first answer counts. Any thread.

        The future raises LookupError for an unknown question. Raises Problem for an answer that cannot be sent.
        """
        text = text.strip()
        if not 0 < _gbk_bytes(text) <= ANSWER_BYTES:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "This answer cannot be sent. Write 1 to {most} characters that GBK has."),
                most=ANSWER_BYTES // 2,
            )
        return self._answer(question_id, by, text=text)

    def settle(self, supervision_id: int, handling: Handling, by: str) -> "Future[UpperRequest]":
        """Say what is done about a supervised alarm, again as it goes on. Any thread."""
        return self._answer(supervision_id, by, handling=handling)

    def subscribe(self, on_requests: OnRequests, on_statuses: OnStatuses = lambda _: None) -> Callable[[], None]:
        """Have new and changed requests and states handed over in the io thread; return what ends it. Any thread.

        A request that was removed with its link comes once more as one of which nothing is to be answered.
        """
        entry = (on_requests, on_statuses)
        with self._lock:
            self._subscribers.append(entry)

        def end() -> None:
            with self._lock:
                if entry in self._subscribers:
                    self._subscribers.remove(entry)

        return end

    def _open(self, kind: RequestKind) -> list[UpperRequest]:
        with self._lock:
            found = [r for r in self._waiting.values() if r.kind is kind and r.state is RequestState.OPEN]
        return sorted(found, key=lambda request: (request.deadline or _NEVER, request.id))

    def _answer(
        self, request_id: int, by: str, *, text: str = "", handling: Handling | None = None
    ) -> "Future[UpperRequest]":
        at = self._now()
        return self._store.writer.run(
            lambda session: self._store.cascade.answer(session, request_id, by=by, at=at, text=text, handling=handling)
        )

    # What follows the feed

    async def _hear(self, changes: list[Change]) -> None:
        topics = {change.topic for change in changes}
        keys = {change.key for change in changes if change.topic is Topic.CASCADE}
        everything = any(change.key == EVERYTHING for change in changes)
        of = {kind: [int(k.partition(":")[2]) for k in keys if k.startswith(kind)] for kind in ("link", "request")}
        if everything or of["link"]:
            await self._begin()
            await self._read_waiting()  # with a link its requests are removed
        if of["request"] and not everything:
            self._take(await asyncio.to_thread(self._store.cascade.some, of["request"]))
        if everything or any(key.startswith("status") for key in keys):
            self._tell([], list(await asyncio.to_thread(self._store.cascade.statuses)))
        for _, uplink, _ in self._running.values():
            if everything or topics & _OUTCOMES:
                uplink.commands_changed()
            if everything or Topic.REGISTER in topics:
                uplink.forget_fleet()
            elif topics & _NEWS or of["request"]:
                uplink.wake()

    async def _read_waiting(self) -> None:
        stored = await asyncio.to_thread(self._store.cascade.requests, states=_WAITING)
        gone = self._waiting.keys() - {request.id for request in stored}
        known = await asyncio.to_thread(self._store.cascade.some, sorted(gone)) if gone else ()
        removed = gone - {request.id for request in known}
        self._take((*(replace(self._waiting[one], state=RequestState.NOTED) for one in removed), *known, *stored))

    def _take(self, requests: Sequence[UpperRequest]) -> None:
        news = [request for request in requests if self._waiting.get(request.id) != request]
        with self._lock:
            for request in news:
                if request.state in _WAITING:
                    self._waiting[request.id] = request
                else:
                    self._waiting.pop(request.id, None)
        self._tell(news, [])

    def _tell(self, requests: list[UpperRequest], statuses: list[CascadeStatus]) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_requests, on_statuses in subscribers:
            try:
                if requests:
                    on_requests(requests)
                if statuses:
                    on_statuses(statuses)
            except Exception:  # noqa: BLE001 - theirs, not ours
                _log.exception("a subscriber of the cascade failed")

    # Links that run

    async def _begin(self) -> None:
        """Have exactly the enabled links run, with their present settings."""
        if not self._runs:
            return
        wanted = {link.id: link for link in await asyncio.to_thread(self._store.cascade.links) if link.enabled}
        await self._end([i for i, (link, _, _) in self._running.items() if wanted.get(i) != link])
        for link in wanted.values():
            if link.id not in self._running:
                uplink = self._make(self._store, link, self._now)
                task = asyncio.create_task(_persist(uplink, link.name), name=f"cascade {link.name}")
                self._running[link.id] = link, uplink, task

    async def _end(self, link_ids: Sequence[int]) -> None:
        tasks = [self._running.pop(link_id)[2] for link_id in link_ids]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _uplink(
    store: Store, link: CascadeLink, now: Callable[[], datetime], *, media: MediaFiles | None, tap: Tap | None
) -> "Uplink":
    # Here: most have no platform above, and the messages of the protocol take a tenth of a second to load.
    from laixi_transport.services.cascade.uplink import Uplink

    return Uplink(store, link, now, media=media, tap=tap)


async def _persist(uplink: "Uplink", name: str) -> None:
    """Run a link until cancelled; should it fail, log it and begin again."""
    while True:
        try:
            await uplink.run()
        except Exception:  # noqa: BLE001 - whatever it is
            _log.exception("the link to %s failed, beginning again in %.0f s", name, RETRY_S)
        await asyncio.sleep(RETRY_S)


def _gbk_bytes(text: str) -> int:
    """Return how many bytes a text takes in GBK, 0 if it cannot be written in it."""
    try:
        return len(text.encode("gbk"))
    except UnicodeEncodeError:
        return 0


def _check(link: CascadeLink) -> None:
    """Raise Problem for settings that cannot be."""
    texts = ((link.password, 8), (link.platform_id, 11), (link.down_ip, 32))
    numbers = (link.user_id, link.center_id, *(link.keys or ()))
    sound = (
        link.name.strip()
        and link.host.strip()
        and link.version in {2011, 2019}
        and 0 < link.port < 65536
        and all(0 <= port < 65536 for port in (link.listen_port, link.down_port))
        and all(0 <= number < 1 << 32 for number in numbers)
        and all(text.isascii() and len(text) <= size for text, size in texts)
    )
    if not sound:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The settings of the link {name} are not complete or too long. Check name, address, user, access code, "
                "password (at most 8 characters) and platform code (at most 11).",
            ),
            name=link.name or "?",
        )
