import asyncio
import contextlib
import threading
from dataclasses import replace

import pytest

from laixi_transport.domain.fleet import MotionState
from laixi_transport.services.alerts.evaluation import Evaluator
from laixi_transport.services.alerts.rule import OverspeedRule
from laixi_transport.services.live.service import LiveService

T0 = 1_780_000_000
RULE = OverspeedRule(hold_s=10, gap_s=60)


class Watcher:
    """Counts what a subscriber is told and lets a test wait for it."""

    def __init__(self):
        self.states = []
        self.registers = 0
        self.news = asyncio.Condition()

    def on_states(self, states):
        self.states += states
        self._wake()

    def on_register(self):
        self.registers += 1
        self._wake()

    def _wake(self):
        async def notify():
            async with self.news:
                self.news.notify_all()

        self._task = asyncio.get_running_loop().create_task(notify())

    async def until(self, holds):
        async with self.news, asyncio.timeout(20):
            await self.news.wait_for(holds)


@contextlib.asynccontextmanager
async def following(store):
    live = LiveService(store)
    task = asyncio.create_task(live.follow())
    try:
        async with asyncio.timeout(20):
            await live.loaded.wait()
        yield live
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def test_the_fleet_is_there_once_loaded(store, bus):
    bus.drives(50, 40)

    async def run():
        watcher = Watcher()
        async with following(store) as live:
            live.subscribe(watcher.on_states, watcher.on_register)
            await watcher.until(lambda: live.state(bus.id) is not None) if live.state(bus.id) is None else None
            vehicles, states = live.fleet()
            assert [v.id for v in vehicles] == [bus.id]
            assert [(s.time_s, s.speed_kmh) for s in states] == [(T0 + 10, 40)]
            assert live.vehicle(bus.id).speed_limit_kmh == 60
            assert live.vehicle(bus.id + 1) is None

    asyncio.run(run())


def test_reports_reach_subscribers_until_they_leave(store, bus):
    async def run():
        staying, leaving = Watcher(), Watcher()
        async with following(store) as live:
            live.subscribe(staying.on_states, staying.on_register)
            end = live.subscribe(leaving.on_states, leaving.on_register)
            await asyncio.to_thread(bus.drives, 50)
            await staying.until(lambda: [s.speed_kmh for s in staying.states] == [50])
            end()
            end()  # twice is once
            await asyncio.to_thread(bus.drives, 30, begin_s=10)
            await staying.until(lambda: [s.speed_kmh for s in staying.states] == [50, 30])
            assert [s.speed_kmh for s in leaving.states] == [50]

    asyncio.run(run())


def test_a_subscription_made_in_another_thread_works(store, bus):
    async def run():
        watcher = Watcher()
        async with following(store) as live:
            thread = threading.Thread(target=live.subscribe, args=(watcher.on_states, watcher.on_register))
            thread.start()
            thread.join()
            await asyncio.to_thread(bus.drives, 50)
            await watcher.until(lambda: len(watcher.states) == 1)

    asyncio.run(run())


def test_a_changed_register_is_read_again(store, bus):
    async def run():
        watcher = Watcher()
        async with following(store) as live:
            live.subscribe(watcher.on_states, watcher.on_register)
            vehicle = live.vehicle(bus.id)
            await asyncio.to_thread(store.register.save_vehicle, replace(vehicle, line="3"))
            await watcher.until(lambda: watcher.registers >= 1 and live.vehicle(bus.id).line == "3")

    asyncio.run(run())


def test_overspeed_is_an_alarm_while_it_lasts(store, bus):
    async def run():
        watcher = Watcher()
        evaluator = Evaluator(store, RULE)
        async with following(store) as live:
            live.subscribe(watcher.on_states, watcher.on_register)
            await asyncio.to_thread(bus.drives, 70, 70)
            await watcher.until(lambda: live.state(bus.id) is not None)
            state = live.state(bus.id)
            assert live.motion(state, live.vehicle(bus.id), T0 + 20) is MotionState.MOVING
            told = len(watcher.states)
            await asyncio.to_thread(evaluator.catch_up)
            await watcher.until(lambda: live.overspeeding() == {bus.id} and len(watcher.states) > told)
            assert live.motion(state, None, T0 + 20) is MotionState.ALARM
            assert live.motion(state, None, T0 + 20_000) is MotionState.OFFLINE
            await asyncio.to_thread(bus.drives, 50, begin_s=20)
            await asyncio.to_thread(evaluator.catch_up)
            await watcher.until(lambda: not live.overspeeding())

    asyncio.run(run())


@pytest.mark.expects_warnings("a subscriber of the fleet failed")
def test_one_bad_subscriber_does_not_take_the_news_from_the_others(store, bus):
    async def run():
        watcher = Watcher()
        async with following(store) as live:
            live.subscribe(lambda states: 1 / 0, lambda: None)
            live.subscribe(watcher.on_states, watcher.on_register)
            await asyncio.to_thread(bus.drives, 50)
            await watcher.until(lambda: len(watcher.states) == 1)

    asyncio.run(run())
