"""What to tell when a port cannot be listened on."""

import errno
import socket

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP


def cannot_listen(error: Exception, host: str, port: int) -> Problem:
    """Return what to say for what the system said."""
    address = f"{host}:{port}"
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "Another program is listening on {address} already. Stop it, or choose another port."
            ),
            address=address,
        )
    if number in {errno.EACCES, errno.EPERM}:
        return Problem(
            QT_TRANSLATE_NOOP("Problem", "This account may not listen on {address}. Choose a port above 1023."),
            address=address,
        )
    # From Python 3.12 on asyncio tries every address and says only at the end that none would do.
    nowhere = number == errno.EADDRNOTAVAIL or "could not bind on any address" in str(error)
    if nowhere or isinstance(error, socket.gaierror | OverflowError | UnicodeError):
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "This machine has no address {address}. Give one of its own, or 0.0.0.0 for all, and a port from 1 to "
                "65535.",
            ),
            address=address,
        )
    return Problem(
        QT_TRANSLATE_NOOP("Problem", "Cannot listen on {address}: {reason}."), address=address, reason=str(error)
    )
