"""The demonstration's city platform: a peer on loopback that takes positions, asks questions and urges alarms.

It is reached like any platform above, by address and login; everything it says is invented.
"""

import asyncio
import itertools
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from laixi_transport.devices.jt809.alarms import AlarmReport, SupervisionOfReport
from laixi_transport.devices.jt809.ids import AlarmKind, SupervisionLevel
from laixi_transport.devices.jt809.terms import LinkLostError, Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.domain.time import utc_now
from laixi_transport.services.cascade.service import CascadeService

T = TypeVar("T")

NAME = "市级监管平台（演示）"
PLATFORM = "37028500001"
USER, CENTRE = 370285, 37020000
PASSWORD = "demo0809"  # noqa: S105 - of a platform on loopback that lives as long as the window
QUESTIONS = (
    ("请问值班员是否在岗？请回复值班员姓名和在岗情况。", 10),
    ("请核实：当前在线车辆监控是否正常？", 5),
    ("今晨部分路段有团雾，是否已提醒危货车辆减速？", 10),
    ("查岗：请计算 17 加 25 并回复。", 3),
)
"""Questions with the minutes in which each must be answered."""
FIRST_S = 8.0
AGAIN_S = 240.0
SUPERVISE_AFTER_S = 6.0
SUPERVISE_EVERY_S = 300.0
DEADLINE_S = 1800
REMEMBERED = 2000
CATCH_UP_S = 40.0
LOOK_S = 0.2
FOREVER_S = 1e9


class Loop(Protocol):
    """An asyncio loop in a thread of its own."""

    def start(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run work in the loop."""

    def close(self) -> None:
        """Cancel what still runs and end the thread."""


class DemoUpper:
    """The platform, the link to it, and what it asks; begun and ended with the demonstration."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.platform = UpperPlatform(
            {USER: Account(password=PASSWORD, center_id=CENTRE)},
            Terms(center_id=CENTRE, version=2019),
            remember=REMEMBERED,
        )
        self.link_id = 0

    def start(self, cascade: CascadeService) -> None:
        """Listen, enter the link as an administrator would, and begin to ask."""
        self._loop.start(self.platform.start()).result()
        known = next((link for link in cascade.links() if link.name == NAME), None)
        link = CascadeLink(
            name=NAME,
            host="127.0.0.1",
            port=self.platform.port,
            user_id=USER,
            password=PASSWORD,
            center_id=CENTRE,
            platform_id=PLATFORM,
            listen_host="127.0.0.1",
        )
        self.link_id = cascade.save_link(link if known is None else replace(link, id=known.id)).result().id
        self._loop.start(self._ask())
        self._loop.start(self._supervise())

    def catch_up(self, cascade: CascadeService, patience_s: float = CATCH_UP_S) -> int:
        """Wait until all that is stored has arrived here; return how many positions are known to have."""
        uplink = cascade.running(self.link_id)
        if uplink is None:
            return 0
        end_s = time.monotonic() + patience_s
        while not uplink.caught_up() and time.monotonic() < end_s:
            time.sleep(LOOK_S)
        return uplink.status.sent

    def stop(self) -> None:
        """Log the link out and end."""
        self._loop.start(self.platform.stop()).result()
        self._loop.close()

    async def _ask(self) -> None:
        """Ask from time to time whether somebody is at his post."""
        await self._linked()
        await asyncio.sleep(FIRST_S)
        for number, (question, minutes) in enumerate(itertools.cycle(QUESTIONS), start=1):
            with suppress(LinkLostError):
                self.platform.ask(USER, question, number, minutes=minutes, object_id=PLATFORM)
            await asyncio.sleep(AGAIN_S)

    async def _supervise(self) -> None:
        """Order from time to time that an overspeed is dealt with, by the message that told of it."""
        await self._linked()
        ordered: set[int] = set()
        while True:
            reports = self.platform.received.of(AlarmReport)
            told = next((m for m in reversed(reports) if m.header.seq not in ordered), None)
            if told is not None and isinstance(told.envelope.data, AlarmReport):
                await asyncio.sleep(SUPERVISE_AFTER_S)  # a person would take longer
                ordered.add(told.header.seq)
                report = told.envelope.data
                if report.warn_type != AlarmKind.OVERSPEED:
                    continue
                order = SupervisionOfReport(
                    platform_id="37020000001",
                    warn_time=report.warn_time,
                    source_sub_id=AlarmReport.SUB,
                    source_seq=told.header.seq,
                    deadline=int(utc_now().timestamp()) + DEADLINE_S,
                    level=SupervisionLevel.URGENT if len(ordered) % 2 else SupervisionLevel.NORMAL,
                    supervisor="市局监控中心",
                    tel="053200000000",
                    email="",
                )
                with suppress(LinkLostError):
                    self.platform.send(USER, order)
                await asyncio.sleep(SUPERVISE_EVERY_S)
            else:
                await asyncio.sleep(1.0)

    async def _linked(self) -> None:
        await self.platform.until(lambda: self.platform.linked(USER) == (True, True), timeout_s=FOREVER_S)
