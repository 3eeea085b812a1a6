"""Tiles from an address of the network with a store of what was fetched on the disk.

Nothing is fetched unless the operator has entered an address. A key (天地图 wants one) stands apart from the address
and is put in only when a tile is asked for: neither the log nor an error text nor the name of a folder has it.
"""

import contextlib
import hashlib
import http.client
import logging
import os
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from laixi_transport import __version__
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.map_data.tile_files import TileInfo

logger = logging.getLogger(__name__)

USER_AGENT = f"LaixiTransport/{__version__} (desktop map of a transport bureau)"
MAX_BYTES = 512 << 20
EXPIRES_S = 30 * 86400.0
TIMEOUT_S = 10.0
REST_S = 30.0
"""After a failure the network is left alone for so long; what is stored is shown meanwhile."""
MOST_TILE_BYTES = 8 << 20
PIECE_BYTES = 64 << 10
_KEY = re.compile(r"([?&](?:tk|ak|sk|sig|[a-z_-]*key|[a-z_-]*token|[a-z_-]*secret)=)([^&{}]+)", re.IGNORECASE)
_LOGIN = re.compile(r"//[^/@]*@")
_PLACES = re.compile(r"\{(-?[a-z]+)\}")
_KNOWN = frozenset({"x", "y", "-y", "z", "s", "key"})
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")

Fetch = Callable[[str], bytes]
"""Returns what stands at an address; raises OSError."""


class TileAddress:
    """Tiles of one address, "https://host/{z}/{x}/{y}.png", with {s} for 0 to 7, {-y} and {key}. Any thread.

    key       what {key} stands for
    folder    where fetched tiles are kept, up to max_bytes, for expires_s
    """

    def __init__(
        self,
        template: str,
        key: str,
        folder: Path,
        *,
        attribution: str = "",
        max_zoom: int = 18,
        max_bytes: int = MAX_BYTES,
        expires_s: float = EXPIRES_S,
        fetch: Fetch | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        check_template(template, key)
        self._template = template
        self._key = key
        self._host = urlsplit(template.replace("{s}", "0")).hostname or ""
        self._folder = folder / hashlib.sha256(template.encode()).hexdigest()[:16]
        self._max_bytes = max_bytes
        self._expires_s = expires_s
        self._fetch = fetch or _fetch
        self._now = now
        self._lock = threading.Lock()
        self._bytes: int | None = None  # that are stored; None: not counted yet
        self._rests_until = 0.0
        self._none: set[tuple[int, int, int]] = set()  # tiles that the server does not have
        self.failed = ""  # why the last fetch failed, without address and key; empty after one that went well
        vector = urlsplit(template).path.endswith((".pbf", ".mvt"))
        self.info = TileInfo(self._host, attribution, 0, max_zoom, vector)

    def read(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile, the stored one if it is fresh or the network is away; None where there is none."""
        path = self._folder / str(z) / str(x) / f"{y}.tile"
        stored, age_s = self._stored(path)
        if stored is not None and age_s <= self._expires_s:
            return stored
        if (z, x, y) in self._none or self._now() < self._rests_until:
            return stored
        fetched = self._fetched(z, x, y)
        if fetched is None:
            return stored
        self._store(path, fetched)
        return fetched

    def close(self) -> None:
        """Nothing is held open."""

    def clear(self) -> None:
        """Forget what was stored for this address."""
        import shutil

        with self._lock:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._bytes = 0

    def _fetched(self, z: int, x: int, y: int) -> bytes | None:
        places = {"x": x, "y": y, "-y": 2**z - 1 - y, "z": z, "s": (x + y) % 8, "key": quote(self._key, safe="")}
        address = _PLACES.sub(lambda found: str(places[found[1]]), self._template)
        try:
            data = self._fetch(address)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                self._none.add((z, x, y))
                self.failed = ""
                return None
            self._rest(f"HTTP {error.code}")
            return None
        except (OSError, ValueError, http.client.HTTPException) as error:
            # Not the text of the error: it may repeat the address.
            reason = getattr(error, "reason", None)
            self._rest(type(reason if isinstance(reason, Exception) else error).__name__)
            return None
        if not data or not (self.info.vector or data.startswith(_PICTURES)):
            self._rest("no picture")
            return None
        self.failed = ""
        return data

    def _rest(self, reason: str) -> None:
        self._rests_until = self._now() + REST_S
        if reason != self.failed:
            logger.info("map tiles of %s: %s", self._host, reason)
        self.failed = reason

    def _stored(self, path: Path) -> tuple[bytes | None, float]:
        try:
            return path.read_bytes(), self._now() - path.stat().st_mtime
        except OSError:
            return None, 0.0

    def _store(self, path: Path, data: bytes) -> None:
        """Keep a tile; a disk that does not take it is no reason to show nothing."""
        part = path.with_name(f"{path.name}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            os.utime(part, (self._now(), self._now()))
            part.replace(path)
        except OSError as error:
            logger.info("a map tile could not be kept: %s", error.strerror)
            with contextlib.suppress(OSError):
                part.unlink()
            return
        with self._lock:
            self._bytes = (self._counted() if self._bytes is None else self._bytes) + len(data)
            if self._bytes > self._max_bytes:
                self._make_room()

    def _counted(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob("*/*/*.tile"):
            with contextlib.suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime, state.st_size, path))
        return found

    def _make_room(self) -> None:
        """Remove the oldest tiles until a tenth of the room is free; the lock is held."""
        files = sorted(self._files())
        left = sum(size for _, size, _ in files)
        for _, size, path in files:
            if left <= self._max_bytes * 0.9:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                left -= size
        self._bytes = left


def without_key(template: str) -> tuple[str, str]:
    """Return an address with {key} where a key was written into it, and the key; both as given where there is none."""
    found = _KEY.search(template)
    if found is None:
        return template, ""
    return f"{template[: found.start(2)]}{{key}}{template[found.end(2) :]}", found[2]


def check_template(template: str, key: str) -> None:
    """Raise Problem unless an address can be one of tiles; its text does not repeat the key."""
    parts = _split(template)
    found = set(_PLACES.findall(template))
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.username:
        fault = QT_TRANSLATE_NOOP("Problem", "“{text}” is no address of map tiles. It begins with https:// or http://.")
    elif not {"x", "z"} <= found or not {"y", "-y"} & found or found - _KNOWN:
        fault = QT_TRANSLATE_NOOP(
            "Problem",
            "“{text}” is no address of map tiles. It names {{z}}, {{x}} and {{y}}, and may name {{s}} and {{key}}.",
        )
    elif "{key}" in template and not key:
        fault = QT_TRANSLATE_NOOP("Problem", "The address of the map tiles wants a key. Enter it beside the address.")
    else:
        return
    text = _LOGIN.sub("//***@", template)
    raise Problem(fault, text=text.replace(key, "***") if key else text)


def _split(template: str) -> SplitResult:
    """Return the parts of an address, none for one that cannot be split."""
    try:
        return urlsplit(template)
    except ValueError:  # a bracket that does not close
        return SplitResult("", "", "", "", "")


def _fetch(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"User-Agent": USER_AGENT})  # noqa: S310 - checked before
    until = time.monotonic() + TIMEOUT_S
    parts: list[bytes] = []
    size = 0
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        # The timeout of a socket begins anew with every byte: a server that drips would hold a thread for hours.
        while part := answer.read1(PIECE_BYTES):
            parts.append(part)
            size += len(part)
            if size > MOST_TILE_BYTES:
                raise OSError("a tile larger than any")
            if time.monotonic() > until:
                raise TimeoutError("a tile that does not end")
        if answer.length:  # that were promised and did not come: half a picture must not be kept
            raise ConnectionError("a tile cut short")
    return b"".join(parts)
