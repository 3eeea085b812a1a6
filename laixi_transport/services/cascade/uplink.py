"""One platform above: what is committed goes up to it in its order, at least once, what was missed after an outage.

Positions are read in the order in which they were stored, after a cursor that is moved only when the platform above has
answered a keep-alive sent behind them: its answer says that it has read all before. So nothing is lost with a link, a
process or a machine. What was sent and not confirmed, and what was stored meanwhile, goes up again as 补发 (1203), up
to five positions of a vehicle in a message; what is committed while the link holds goes up as it comes (1202). Each
vehicle's positions keep their order.
"""

import asyncio
import logging
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from laixi_transport.devices.jt809 import links
from laixi_transport.devices.jt809.control import StaticInfoAnswer, StaticInfoRequest
from laixi_transport.devices.jt809.kinds import instant_of
from laixi_transport.devices.jt809.lower import LinkState, LowerLink, LowerTerms, Way
from laixi_transport.devices.jt809.management import LinkReport, LinkReportRequest
from laixi_transport.devices.jt809.message import Envelope, Message, envelope
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.jt809.terms import LinkLostError, Via
from laixi_transport.devices.tap import Tap
from laixi_transport.domain.cascade import (
    CascadeLink,
    CascadeStatus,
    MainLink,
    RequestKind,
    RequestState,
    UpperRequest,
)
from laixi_transport.domain.position import PositionReport, ReportFlag
from laixi_transport.domain.time import from_unix
from laixi_transport.domain.vehicle import Terminal, Vehicle
from laixi_transport.services.cascade import mapping
from laixi_transport.services.cascade.fleet import Fleet
from laixi_transport.services.cascade.orders import Orders, order_of
from laixi_transport.services.cascade.outages import Outages
from laixi_transport.services.cascade.requests import receipt, request_of
from laixi_transport.storage import Store
from laixi_transport.storage.cascade import Told
from laixi_transport.storage.media import MediaFiles

T = TypeVar("T")
_log = logging.getLogger(__name__)

REPORTS_A_STEP = 500
MESSAGES_A_TURN = 50
"""Made in one go, some milliseconds: the gateway's terminals are answered in the same loop."""
CONFIRM_S = 2.0
"""What goes up as it comes is confirmed at most so often; until then it would be sent again after a loss."""
STATUS_S = 2.0
"""How it stands is written at most so often."""
ALIVE_S = 20.0
"""Where nothing happens, the last sign of life is written so often."""


class Uplink:
    """Runs the links with one platform above; all calls in the io loop.

    terms  for tests: what is otherwise made of the link's settings
    media  files of media, for pictures that are ordered from above
    tap    hears all bytes, for a capture
    """

    def __init__(
        self,
        store: Store,
        link: CascadeLink,
        now: Callable[[], datetime],
        *,
        terms: LowerTerms | None = None,
        confirm_s: float = CONFIRM_S,
        media: MediaFiles | None = None,
        tap: Tap | None = None,
    ) -> None:
        self._store = store
        self._link = link
        self._now = now
        self._confirm_s = confirm_s
        self._cursor = store.cascade.cursor_name(link.id)
        self._lower = LowerLink(
            terms or replace(mapping.terms_of(link), tap=tap),
            self._received,
            self._changed,
            now=lambda: now().timestamp(),
        )
        self._wake = asyncio.Event()
        self._status_wake = asyncio.Event()
        self._taking: set[asyncio.Task[None]] = set()
        self._way: Way | None = None
        self._confirmed = 0  # cursor as stored
        self._sent = 0  # last position that was handed to the link
        self._sent_to: datetime | None = None  # when that was received
        self._behind = 0  # up to this position all goes up as missed
        self._confirmed_at = 0.0
        self._counted = 0  # since the last confirmation: positions sent, of them missed ones
        self._counted_missed = 0
        self._orders = Orders(store, link, media, now)
        self._outages = Outages()
        self._was_up = False
        self._fleet: Fleet | None = None
        self._registered: dict[int, tuple[Vehicle, Terminal]] = {}
        self.status = CascadeStatus(link_id=link.id, since=now())

    async def run(self) -> None:
        """Keep the links up and send until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._lower.run())
                tasks.create_task(self._pump())
                tasks.create_task(self._keep_status())
        finally:
            for taking in self._taking:
                taking.cancel()

    def wake(self) -> None:
        """Look for news: something was committed, or an answer given."""
        self._wake.set()

    def forget_fleet(self) -> None:
        """Read the register anew."""
        self._fleet = None
        self._wake.set()

    def commands_changed(self) -> None:
        """Look whether what was ordered from above is done."""
        self._orders.changed()

    def caught_up(self) -> bool:
        """Whether all that is stored is known to have arrived; any thread, blocks on the database."""
        return self._confirmed >= self._store.tracks.newest_id()

    @property
    def listening(self) -> tuple[str, int] | None:
        """Where the platform above connects back to."""
        return self._lower.listening

    # Upwards

    async def _pump(self) -> None:
        self._confirmed = self._sent = await asyncio.to_thread(self._store.rules.cursor, self._cursor)
        before = await asyncio.to_thread(self._store.cascade.statuses)
        self._count(sent_to=next((status.sent_to for status in before if status.link_id == self._link.id), None))
        while True:
            await self._wait()
            if not self._lower.state.usable:
                self._rewind()
                continue
            try:
                await self._step(self._lower.way())
            except LinkLostError as error:
                _log.info("%s: a link was lost, what was not confirmed goes up again: %s", self._link.name, error)
                self._rewind()

    async def _wait(self) -> None:
        """Wait for news, or until what was sent has to be confirmed."""
        loop = asyncio.get_running_loop()
        due_s = None
        if self._sent > self._confirmed and self._lower.state.usable:
            due_s = max(0.0, self._confirmed_at + self._confirm_s - loop.time())
        with suppress(TimeoutError):
            async with asyncio.timeout(due_s):
                await self._wake.wait()
        self._wake.clear()

    async def _step(self, way: Way) -> None:
        if way != self._way:
            await self._change_way(way)
        await self._answer(way)
        await self._register(way)
        await self._report_alerts(way)
        await self._positions(way)

    async def _change_way(self, way: Way) -> None:
        """Go on over another link: what went over the one before and is not known to have arrived goes again."""
        before, self._way = self._way, way
        if before is not None and self._sent > self._confirmed:
            try:
                await self._confirm(before)
            except LinkLostError:
                self._rewind()
                self._way = way
        self._behind = max(self._behind, await asyncio.to_thread(self._store.tracks.newest_id))
        if way.via is Via.MAIN:
            self._registered.clear()

    def _rewind(self) -> None:
        self._way = None
        self._behind = max(self._behind, self._sent)
        self._sent = self._confirmed
        self._counted = self._counted_missed = 0

    async def _positions(self, way: Way) -> None:
        while True:
            found = await asyncio.to_thread(self._store.tracks.reports_after, self._sent, REPORTS_A_STEP)
            await self._send(way, found)
            full = len(found) == REPORTS_A_STEP
            if self._sent > self._confirmed:
                elapsed_s = asyncio.get_running_loop().time() - self._confirmed_at
                if full or elapsed_s >= self._confirm_s:
                    await self._confirm(way)
            if not full:
                return

    async def _send(self, way: Way, found: list[tuple[int, PositionReport]]) -> None:
        fleet = await self._known_fleet()
        missed: dict[int, list[PositionReport]] = {}
        skipped = 0
        for turn, (position_id, report) in enumerate(found):
            known = fleet.vehicles.get(report.vehicle_id)
            if known is None:
                skipped += 1
            elif position_id <= self._behind or report.flags & ReportFlag.BLIND_AREA:
                held = missed.setdefault(report.vehicle_id, [])
                held.append(report)
                if len(held) == mapping.RESENT_TOGETHER:
                    skipped += self._send_missed(way, known[0], missed.pop(report.vehicle_id))
            else:
                if report.vehicle_id in missed:  # it was stored before, so it goes up before
                    skipped += self._send_missed(way, known[0], missed.pop(report.vehicle_id))
                went = self._send_one(way, known[0], lambda r=report: mapping.real_time(self._link, r))  # type: ignore[misc]
                self._counted += went
                skipped += not went
            if turn % MESSAGES_A_TURN == MESSAGES_A_TURN - 1:
                await self._give_way(way)
        for vehicle_id, reports in missed.items():
            skipped += self._send_missed(way, fleet.vehicles[vehicle_id][0], reports)
        if found:
            self._sent = found[-1][0]
            self._sent_to = from_unix(found[-1][1].received_us / 1e6)
            await self._give_way(way)
        if skipped:
            self._count(skipped=self.status.skipped + skipped)

    async def _give_way(self, way: Way) -> None:
        """Let the others of the loop work, and wait until the system takes more."""
        await way.drain()
        await asyncio.sleep(0)

    def _send_missed(self, way: Way, vehicle: Vehicle, reports: list[PositionReport]) -> int:
        """Send positions of a vehicle together, or one by one where one of them cannot be sent; return how many not."""
        went = len(reports)
        if not self._send_one(way, vehicle, lambda: mapping.resent(self._link, reports)):
            went = sum(
                self._send_one(way, vehicle, lambda r=report: mapping.resent(self._link, [r]))  # type: ignore[misc]
                for report in reports
            )
        self._counted += went
        self._counted_missed += went
        return len(reports) - went

    def _send_one(self, way: Way, vehicle: Vehicle, make: Callable[[], Sub]) -> bool:
        try:
            way.send(self._about(vehicle, make()))
        except (ValueError, struct.error) as error:
            _log.info("%s: of %s cannot be sent: %s", self._link.name, vehicle.name, error)
            return False
        return True

    async def _confirm(self, way: Way) -> None:
        """Wait until all that was sent has arrived, and move the cursor."""
        sent, sent_to, counted, missed = self._sent, self._sent_to, self._counted, self._counted_missed
        await way.confirmed()
        self._confirmed_at = asyncio.get_running_loop().time()
        await self._write(lambda session: self._store.rules.advance(session, self._cursor, sent))
        self._confirmed = sent
        self._counted -= counted
        self._counted_missed -= missed
        self._count(sent=self.status.sent + counted, resent=self.status.resent + missed, sent_to=sent_to)

    async def _register(self, way: Way) -> None:
        """Tell which vehicles there are, all after a login, else those that have changed (1201)."""
        fleet = await self._known_fleet()
        for vehicle_id, known in list(fleet.vehicles.items()):
            if self._registered.get(vehicle_id) != known:
                self._send_one(way, known[0], lambda t=known[1]: mapping.registration(self._link, t))  # type: ignore[misc]
                self._registered[vehicle_id] = known
                if len(self._registered) % MESSAGES_A_TURN == 0:
                    await self._give_way(way)

    async def _answer(self, way: Way) -> None:
        answered = await asyncio.to_thread(
            self._store.cascade.requests, states=(RequestState.ANSWERED,), link_id=self._link.id
        )
        if not answered:
            return
        for request in reversed(answered):
            make = mapping.post_check_answer if request.kind is RequestKind.POST_CHECK else mapping.supervision_answer
            data = make(self._link, request)
            if request.plate and request.kind is RequestKind.SUPERVISION:
                body = envelope(
                    data, version=self._link.version, plate_no=request.plate, plate_color=request.plate_colour
                )
            else:
                body = envelope(data, version=self._link.version)
            way.send(body)
        await way.confirmed()
        at = self._now()
        await self._write(lambda session: self._store.cascade.mark_sent(session, answered, at))

    async def _report_alerts(self, way: Way) -> None:
        fleet = await self._known_fleet()
        untold = await asyncio.to_thread(self._store.cascade.untold, self._link.id)
        settled = await asyncio.to_thread(self._store.cascade.settled, self._link.id)
        if not untold and not settled:
            return
        told = []
        for alert in untold:
            known = fleet.vehicles.get(alert.vehicle_id)
            seq = way.send(self._about(known[0], mapping.alarm(self._link, alert, known[0]))) if known else 0
            told.append(Told(alert, seq))
        for alert, seq in settled:
            if (known := fleet.vehicles.get(alert.vehicle_id)) is not None and seq:
                way.send(self._about(known[0], mapping.alarm_handled(self._link, alert, seq)))
        await way.confirmed()
        await self._write(lambda session: self._store.cascade.mark_told(session, self._link.id, told))
        await self._write(lambda session: self._store.cascade.mark_told(session, self._link.id, settled, handled=True))

    def _about(self, vehicle: Vehicle, data: Sub) -> Envelope:
        return envelope(data, version=self._link.version, plate_no=vehicle.plate, plate_color=int(vehicle.plate_colour))

    async def _known_fleet(self) -> Fleet:
        fleet = self._fleet
        if fleet is None:
            register = self._store.register
            fleet = self._fleet = Fleet.of(
                await asyncio.to_thread(register.vehicles), await asyncio.to_thread(register.terminals)
            )
        return fleet

    async def _write(self, unit: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._store.writer.run(unit))

    # Downwards

    def _received(self, message: Message, via: Via) -> None:
        """Take what the platform above sent; in the io loop, must not wait."""
        del via
        data = message.envelope.data
        if isinstance(data, links.ReceivedCount):
            self._count(counted_above=self.status.counted_above + data.count)
            return
        task = asyncio.create_task(self._take(message))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def _take(self, message: Message) -> None:
        """Store what a person has to see, then answer what is answered at once."""
        try:
            request = request_of(message, self._link.id, self._now())
            if request is not None:
                request = await asyncio.to_thread(self._named, request)
                await self._write(lambda session: self._store.cascade.add(session, request))
            body = message.envelope
            answer = receipt(message)
            if isinstance(body.data, StaticInfoRequest):
                fleet = await self._known_fleet()
                if (vehicle := fleet.by_plate.get(body.plate_no or "")) is not None:
                    answer = StaticInfoAnswer(
                        source_sub_id=body.sub_id, source_seq=message.header.seq, info=mapping.static_info(vehicle)
                    )
            elif isinstance(body.data, LinkReportRequest):
                answer = self._link_report(body.data)
            elif (order := order_of(message, self._now())) is not None:
                fleet = await self._known_fleet()
                vehicle = fleet.by_plate.get(body.plate_no or "")
                terminal = fleet.vehicles[vehicle.id][1] if vehicle is not None else None
                answer = await self._orders.carry_out(order, terminal)
            if answer is not None:
                self._lower.way().send(
                    envelope(answer, version=self._link.version, plate_no=body.plate_no, plate_color=body.plate_color)
                )
        except LinkLostError:
            _log.info("%s: a receipt could not be sent, the link was lost", self._link.name)
        except Exception:  # noqa: BLE001 - whatever it is, the link must go on
            _log.exception("%s: a message of the platform above was not dealt with", self._link.name)

    def _named(self, request: UpperRequest) -> UpperRequest:
        """Name vehicle and alarm of an order that only says which message told of it, as they do since 2019."""
        if request.kind is not RequestKind.SUPERVISION or request.plate:
            return request
        alert = self._store.cascade.told_as(self._link.id, request.source_seq)
        vehicle = self._store.register.vehicle(alert.vehicle_id) if alert is not None else None
        if alert is None or vehicle is None:
            return request
        return replace(
            request,
            plate=vehicle.plate,
            plate_colour=int(vehicle.plate_colour),
            alarm_kind=int(mapping.alarm_kind(alert)),
            alarm_at=request.alarm_at or alert.begin,
        )

    def _link_report(self, asked: LinkReportRequest) -> LinkReport:
        """Say how the links were in a period. No position is ever given up, so none is lost."""
        begin, end, now = instant_of(asked.begin), instant_of(asked.end), self._now()
        lost = self._outages.within(begin or from_unix(0), end or now, now)
        return LinkReport(
            platform_id=self._link.platform_id,
            begin=asked.begin,
            end=asked.end,
            lost_count=0,
            break_count=min(lost.breaks, 255),
            broken_s=lost.seconds,
        )

    # How it stands

    def _changed(self, state: LinkState) -> None:
        self._was_up = self._was_up or state.usable
        if self._was_up:
            self._outages.note(self._now(), usable=state.usable)
        self.status = replace(
            self.status,
            main=MainLink(state.main.value),
            sub=state.sub,
            refused=None if state.refused is None else int(state.refused),
            problem=state.problem,
            since=self._now(),
        )
        self._status_wake.set()
        self._wake.set()

    def _count(self, **values: int | datetime | None) -> None:
        self.status = replace(self.status, **values)  # type: ignore[arg-type]
        self._status_wake.set()

    async def _keep_status(self) -> None:
        """Write how it stands, for every seat to see."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_S):
                    await self._status_wake.wait()
            self._status_wake.clear()
            newest = await asyncio.to_thread(self._store.tracks.newest_id)
            heard_s = self._lower.heard_s
            alive = self.status.alive if heard_s is None else from_unix(heard_s)
            status = self.status = replace(self.status, waiting=max(0, newest - self._confirmed), alive=alive)
            await self._write(lambda session, status=status: self._store.cascade.put_status(session, status))  # type: ignore[misc]
            await asyncio.sleep(STATUS_S)
