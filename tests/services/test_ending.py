"""Ending tasks for certain."""

import asyncio
import contextlib

from laixi_transport.services.ending import ended


def test_a_task_that_loses_its_cancellation_is_ended_all_the_same() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while lost < 1:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            lost += 1
        await asyncio.sleep(60)

    async def fails() -> None:
        await asyncio.sleep(60)

    async def main() -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(stubborn()), asyncio.create_task(fails())]
        await asyncio.sleep(0)
        await ended(tasks)
        return tasks

    assert all(task.done() for task in asyncio.run(main()))
    assert lost == 1
