"""Processes that begin as copies of one that has the program loaded.

A gateway that is started and killed twenty times would spend nearly all of its time with loading modules. These share
nothing with the test but files, sockets and the pipe of what they say, and SIGKILL takes them as it takes any other.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable

LOADED = ["laixi_transport.app.cli", "laixi_transport.app.gateway", "psycopg", "sqlalchemy.dialects.postgresql.psycopg"]


class CopiedProcess:
    """Runs ``program(*arguments, **options)`` and ends with its result as exit code; ``stdout`` is read as text."""

    def __init__(self, program: Callable[..., int], *arguments: object, **options: object) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([*LOADED, "tests.end_to_end.copied"])
        said, saying = context.Pipe(duplex=False)
        with said, saying:
            self._process = context.Process(target=_run, args=(saying, program, arguments, options))
            self._process.start()
            self.stdout = os.fdopen(os.dup(said.fileno()), encoding="utf-8")

    def send_signal(self, number: int) -> None:
        if self._process.pid is not None and self._process.exitcode is None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout_s: float | None = None) -> int:
        """Return the exit code, negative for a signal, or raise TimeoutError."""
        self._process.join(timeout_s)
        if self._process.exitcode is None:
            raise TimeoutError
        return self._process.exitcode

    def close(self) -> None:
        """Kill it if it still runs, and give back what it held."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.stdout.close()


def _run(saying, program, arguments, options) -> None:
    os.dup2(saying.fileno(), 1)
    saying.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1, closefd=False)
    sys.exit(program(*arguments, **options))
