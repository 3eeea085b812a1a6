"""Ending tasks for certain."""

import asyncio
from collections.abc import Collection

_AGAIN_S = 1.0


async def ended(tasks: Collection["asyncio.Task[None]"]) -> None:
    """Cancel tasks and return when all have ended, whatever they ended with.

    A task that loses its cancellation, as some waiting does when what it waited for comes at that very moment, is
    cancelled again.
    """
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=_AGAIN_S)
