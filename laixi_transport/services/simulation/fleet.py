"""The simulated fleet at work: one terminal session a vehicle, over real sockets."""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field

from laixi_transport.devices.jt808.terminal import SessionCounters, TerminalSession
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.problem import Problem
from laixi_transport.services.simulation.county import County, midnight
from laixi_transport.services.simulation.duty import Duty, identity_of
from laixi_transport.services.simulation.faults import DELAY_REPORTS, FaultCounts, FaultDice, Faults
from laixi_transport.services.simulation.network import Network, load_network
from laixi_transport.services.simulation.vehicle import Plan, SimulatedVehicle

log = logging.getLogger(__name__)

WINDOW = 2000  # reports a terminal may hold unanswered
HISTORY_EVERY_S = 10
LONGEST_HISTORY_S, SHORTEST_HISTORY_S = 14 * 3600.0, 4 * 3600.0
SILENT_HISTORY_S = 1800.0
SIGNING_ON = 32  # terminals that connect at the same time
GRACE_S = 15.0  # for the last answers


@dataclass(frozen=True, slots=True)
class FleetCounts:
    """What the fleet has done: reports, where nothing else is said."""

    vehicles: int
    frames_sent: int  # frames with positions, repetitions included
    frames_acknowledged: int
    sent: int  # each counted once, a fault's duplicate as a report of its own
    acknowledged: int
    refused: int
    resent: int
    links_lost: int
    faults: dict[str, int] = field(default_factory=dict)


class Fleet:
    """A county's vehicles. Motion, identities and faults follow from the seed and the start alone.

    begin_s     Unix seconds at which the vehicles' clocks start
    """

    def __init__(
        self,
        *,
        vehicles: int,
        seed: int,
        begin_s: float,
        faults: Faults | None = None,
        network: Network | None = None,
    ) -> None:
        self.begin_s = begin_s
        self._seed = seed
        self._faults = faults or Faults()
        self._county = County(
            network or load_network(),
            vehicles=vehicles,
            seed=seed,
            begin_s=begin_s,
            history_begin_s=history_begin(begin_s),
        )
        self._fault_counts = FaultCounts()
        self._counters: list[SessionCounters] = []
        self._stopped = asyncio.Event()
        self._uploading = asyncio.Lock()

    @property
    def plans(self) -> list[Plan]:
        """The vehicles as the register would have them."""
        return self._county.plans

    @property
    def counts(self) -> FleetCounts:
        """What has happened so far."""
        names = ("frames_sent", "frames_acknowledged", "sent", "acknowledged", "refused", "resent", "links_lost")
        return FleetCounts(
            vehicles=len(self.plans),
            **{name: sum(getattr(counters, name) for counters in self._counters) for name in names},
            faults={name: getattr(self._fault_counts, name) for name in FaultCounts.__slots__},
        )

    def history(self, plan: Plan) -> list[PositionReport]:
        """Return the day so far of a vehicle, a report every ten seconds, up to where the live reports begin."""
        return _history(self._county.vehicle(plan), self.begin_s)

    def stop(self) -> None:
        """Let ``run`` come to its end: no new reports, the last answers awaited. In the loop of ``run``."""
        self._stopped.set()

    async def run(
        self,
        host: str,
        port: int,
        *,
        seconds: float | None = None,
        time_scale: float = 1.0,
        with_history: bool = False,
        first_patience_s: float | None = None,
        answer_timeout_s: float = 8.0,
    ) -> FleetCounts:
        """Drive until ``seconds`` of the machine's clock are over, then wait for the last answers.

        seconds             None: until ``stop`` or cancelled
        time_scale          the fleet's seconds in one of the machine's
        with_history        upload the day so far first, as terminals do that were out of reach (0704, type 1)
        first_patience_s    how long nobody may answer at first; None: for ever

        Raises Problem when the gateway refuses a terminal or is not there.
        """
        began = time.monotonic()
        signing_on = asyncio.Semaphore(SIGNING_ON)

        async def drive(plan: Plan) -> None:
            identity = identity_of(plan)
            duty = Duty(plan, identity, self.begin_s, began, time_scale, (host, port))
            session = TerminalSession(
                identity,
                host,
                port,
                window=WINDOW,
                answer_timeout_s=answer_timeout_s,
                first_patience_s=first_patience_s,
                conduct=duty.answer,
            )
            self._counters.append(session.counters)
            try:
                async with signing_on:
                    duty.vehicle = vehicle = await asyncio.to_thread(self._county.vehicle, plan)
                    await self._open(session)
                await self._drive(duty, vehicle, session, began, seconds, time_scale, with_history=with_history)
            finally:
                duty.close()
                await session.close()

        try:
            async with asyncio.TaskGroup() as group:
                for plan in sorted(self.plans, key=lambda plan: plan.has_history):  # first what fills the map
                    group.create_task(drive(plan), name=plan.plate)
        except* Problem as problems:
            raise _first(problems) from None
        return self.counts

    async def _open(self, session: TerminalSession) -> None:
        """Sign on, or give up when the fleet is stopped."""
        opening = asyncio.ensure_future(session.open())
        stopping = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait((opening, stopping), return_when=asyncio.FIRST_COMPLETED)
            if opening.done():
                opening.result()
        finally:
            opening.cancel()
            stopping.cancel()

    async def _drive(
        self,
        duty: Duty,
        vehicle: SimulatedVehicle,
        session: TerminalSession,
        began: float,
        seconds: float | None,
        time_scale: float,
        *,
        with_history: bool,
    ) -> None:
        upload: asyncio.Task[None] | None = None
        plan = duty.plan
        if plan.silent_after_s is not None:
            last = await asyncio.to_thread(_history, vehicle, self.begin_s)
            await session.send_batch(last, blind_area=True)
            await session.drain()
            return
        if with_history and plan.has_history:
            upload = asyncio.create_task(self._upload(vehicle, session), name=f"history {plan.plate}")
        dice = FaultDice(self._faults, f"{self._seed}:faults:{plan.number}", self._fault_counts)
        delayed: list[tuple[int, PositionReport]] = []
        clock_s = self.begin_s + plan.fleet_phase_s * plan.interval_s
        number = 0
        back_at: float | None = None
        try:
            while seconds is None or (clock_s - self.begin_s) / time_scale < seconds:
                if await self._stopped_within(began + (clock_s - self.begin_s) / time_scale - time.monotonic()):
                    break
                if back_at is not None and clock_s >= back_at:
                    session.find_link()
                    back_at = None
                report = duty.conduct.stated(vehicle.report(int(clock_s)))
                verdict = dice.throw()
                if verdict.jump:
                    report = dice.jumped(report)
                if verdict.delay:
                    delayed.append((number + DELAY_REPORTS, report))
                elif not verdict.drop:
                    await session.send(report, wire=dice.corrupted if verdict.corrupt else None)
                if verdict.duplicate:
                    await session.send(report)
                while delayed and delayed[0][0] <= number:
                    await session.send(delayed.pop(0)[1])
                if verdict.out_of_reach_s and back_at is None:
                    back_at = clock_s + verdict.out_of_reach_s
                    dice.counts.blind_area += 1
                    session.lose_link()
                clock_s += duty.conduct.interval_s(plan.interval_s)
                number += 1
            session.find_link()
            for _, report in delayed:
                await session.send(report)
            if upload is not None and not self._stopped.is_set():
                await upload
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    await session.drain()
            if session.unacknowledged:
                log.warning("%s: %d reports have no answer", plan.plate, session.unacknowledged)
        finally:
            if upload is not None:
                upload.cancel()

    async def _stopped_within(self, seconds: float) -> bool:
        """Wait so long and return whether the fleet was stopped meanwhile."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return self._stopped.is_set()
        try:
            async with asyncio.timeout(seconds):
                return await self._stopped.wait()
        except TimeoutError:
            return False

    async def _upload(self, vehicle: SimulatedVehicle, session: TerminalSession) -> None:
        """Send the history, the newest hour first: that is what people look at.

        One vehicle after the other: a dozen threads making histories at once would keep a window from drawing.
        """
        hour = 3600 // HISTORY_EVERY_S
        async with self._uploading:
            reports = await asyncio.to_thread(_history, vehicle, self.begin_s)
            for end in range(len(reports), 0, -hour):
                await session.send_batch(reports[max(0, end - hour) : end], blind_area=True)


def history_begin(begin_s: float) -> float:
    """Return from when on there is a history: midnight in GMT+8, but neither too far back nor too near."""
    return min(max(midnight(begin_s), begin_s - LONGEST_HISTORY_S), begin_s - SHORTEST_HISTORY_S)


def _history(vehicle: SimulatedVehicle, begin_s: float) -> list[PositionReport]:
    """Return a report every ten seconds; whole multiples of ten, so that a second upload brings nothing new."""
    silent_s = vehicle.plan.silent_after_s
    end_s = begin_s - (silent_s or 0)
    start_s = history_begin(begin_s) if silent_s is None else end_s - SILENT_HISTORY_S
    step = HISTORY_EVERY_S
    return [vehicle.report(t) for t in range(int(start_s // step + 1) * step, int(end_s), step)]


def _first(problems: BaseExceptionGroup[Problem]) -> Problem:
    first = problems.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
