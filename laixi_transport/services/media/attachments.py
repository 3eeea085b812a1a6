"""Files that belong to alarms (T/JSATL 12): taken over a port of their own into the store of media."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from laixi_transport.devices.attachments.server import AttachmentServer
from laixi_transport.devices.attachments.session import Attachment
from laixi_transport.devices.jsatl.messages import AttachmentList
from laixi_transport.devices.tap import Tap
from laixi_transport.domain.media import Media, MediaKind, MediaSource
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.media.evidence import EvidenceService
from laixi_transport.services.media.keeper import Keeper
from laixi_transport.storage.sessions import moment

FOLDER = "incoming"
"""Beside the files of the store, so that a whole file needs only another name."""
_KINDS = frozenset(map(int, MediaKind))


class Attachments:
    """Lives in the gateway's loop.

    find      returns the terminal of the register with a phone; strangers bring nothing
    evidence  told what a terminal has, and what of it is safe
    tap       hears all bytes, for a capture
    """

    def __init__(
        self,
        keeper: Keeper,
        listen: tuple[str, int],
        find: Callable[[str], Terminal | None],
        now_us: Callable[[], int],
        evidence: EvidenceService,
        tap: Tap | None = None,
    ) -> None:
        self._keeper = keeper
        self._listen = listen
        self._find = find
        self._now_us = now_us
        self._evidence = evidence
        self._server = AttachmentServer(keeper.files.folder / FOLDER, self._take, accept=self._known, tap=tap)

    async def start(self) -> None:
        """Begin to listen; Problem if the address cannot be had."""
        await self._server.start(*self._listen)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.port

    async def stop(self) -> None:
        """End all links; terminals bring again what was not acknowledged."""
        await self._server.stop()

    def _known(self, phone: str, told: AttachmentList) -> bool:
        known = self._find(phone) is not None
        if known:
            self._evidence.listed(told)
        return known

    async def _take(self, attachment: Attachment) -> None:
        """Bring a whole file into the store; it is acknowledged when this returns."""
        terminal = self._find(attachment.phone)
        if terminal is None:
            raise LookupError(f"terminal {attachment.phone} has left the register")
        channel, role = _told_by(attachment.name)
        await self._keeper.take_file(
            attachment.path,
            Media(
                id=0,
                digest="",
                size_bytes=0,
                source=MediaSource.ATTACHMENT,
                kind=attachment.file_type if attachment.file_type in _KINDS else MediaKind.OTHER,
                format=PurePosixPath(attachment.name).suffix.lstrip(".").lower(),
                event=None,
                channel=channel,
                name=attachment.name,
                role=role,
                alarm_no=attachment.alarm_no,
                terminal_id=terminal.id,
                vehicle_id=terminal.vehicle_id,
                received_at=moment(self._now_us()),
                taken_at=attachment.ident.time,
                lat_deg=None,
                lon_deg=None,
            ),
        )
        self._evidence.arrived(attachment.alarm_no, attachment.name)
        await asyncio.to_thread(_remove_if_empty, attachment.path.parent)


def _told_by(name: str) -> tuple[int | None, str]:
    """Return channel and alarm of a name ``type_channel_alarm_serial_number.ending`` (T/JSATL 12-2017, mem)."""
    parts = name.split("_")
    if len(parts) < 4:
        return None, ""
    return (int(parts[1]) if parts[1].isascii() and parts[1].isdigit() else None), parts[2]


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
