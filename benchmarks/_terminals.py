"""A thousand terminals in one cheap process: frames made in bulk before the clock starts, plain sockets, epoll.

Run as ``python -m benchmarks._terminals JSON``; prints a line "ready", waits for a line on its input, then drives and
prints one JSON object with its figures.
"""

import json
import selectors
import socket
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.devices.jt808.frame import Frame, encode_frame, parse_frame
from laixi_transport.devices.jt808.registration import Authenticate

FRAME_BYTES = 67
"""A report with items 01, 03, 30, 31 and one of the maker's: 7E, header 12, body 28 + 24, check, 7E."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What to send."""

    port: int
    connections: int
    frames: int  # of each connection
    burst: int  # frames of one send
    window: int  # sends of one connection that may be unanswered
    begin_s: int  # Unix time of the first report
    answered: bool = True  # False: the server only receives, and sends one byte when it has all
    rate: float = 0.0  # frames a second of all connections together, one a send in turn; 0: as fast as answers come

    def text(self) -> str:
        """Return the command line's form."""
        return json.dumps(asdict(self))


def phone(number: int) -> str:
    """Return the phone of the n-th terminal."""
    return f"139{number:08d}"


def auth_code(number: int) -> str:
    """Return the code that the n-th terminal was registered with."""
    return f"c{number}"


def bcd(values: NDArray[Any]) -> NDArray[Any]:
    """Return 0 to 99 as BCD."""
    packed: NDArray[Any] = values // 10 << 4 | values % 10
    return packed


def make_frames(number: int, count: int, begin_s: int) -> NDArray[np.uint8]:
    """Return (count, FRAME_BYTES) frames of one terminal, a second apart, without a byte that needs an escape."""
    rows = np.zeros((count, FRAME_BYTES - 2), np.uint8)
    steps = np.arange(count)
    rows[:, 0:2] = (0x02, 0x00)
    rows[:, 2:4] = (0, FRAME_BYTES - 15)
    rows[:, 4:10] = np.frombuffer(bytes.fromhex(phone(number).rjust(12, "0")), np.uint8)
    rows[:, 10] = steps >> 7 & 0x3F
    rows[:, 11] = steps % 0x70
    body = rows[:, 12:-1]
    body[:, 7] = 3
    lat = (36_860_000 + number * 13 + steps * 7).astype(">u4").view(np.uint8).reshape(-1, 4)
    lon = (120_530_000 + number * 17 + steps * 5).astype(">u4").view(np.uint8).reshape(-1, 4)
    body[:, 8:12], body[:, 12:16] = lat, lon
    body[:, 17] = 40
    body[:, 19] = steps % 0x70
    body[:, 21] = steps % 90
    local = np.datetime64(begin_s + 8 * 3600, "s") + steps.astype("m8[s]")
    day = local.astype("M8[D]")
    month = day.astype("M8[M]")
    seconds = (local - day).astype(np.int64)
    body[:, 22] = bcd(month.astype("M8[Y]").astype(np.int64) - 30)
    body[:, 23] = bcd(month.astype(np.int64) % 12 + 1)
    body[:, 24] = bcd((day - month).astype(np.int64) + 1)
    body[:, 25] = bcd(seconds // 3600)
    body[:, 26] = bcd(seconds // 60 % 60)
    body[:, 27] = bcd(seconds % 60)
    body[:, 28:30] = (0x01, 4)
    body[:, 30:34] = (1000 + steps // 60).astype(">u4").view(np.uint8).reshape(-1, 4)
    body[:, 34:36] = (0x03, 2)
    body[:, 37] = steps % 0x70
    body[:, 38:41] = (0x30, 1, 25)
    body[:, 41:44] = (0x31, 1, 12)
    body[:, 44:52] = (0xE1, 6, 1, 2, 3, 4, 5, 6)
    body[(body == 0x7D) | (body == 0x7E)] = 0x70
    check = np.bitwise_xor.reduce(rows[:, :-1], axis=1)
    body[:, 21] ^= np.where((check == 0x7D) | (check == 0x7E), 0x04, 0).astype(np.uint8)
    body[:, 21][(body[:, 21] == 0x7D) | (body[:, 21] == 0x7E)] = 1
    rows[:, -1] = np.bitwise_xor.reduce(rows[:, :-1], axis=1)
    frames = np.full((count, FRAME_BYTES), 0x7E, np.uint8)
    frames[:, 1:-1] = rows
    return frames


class Terminal:
    """One connection."""

    __slots__ = ("answers", "at", "data", "pending", "sock", "stride", "unanswered")

    def __init__(self, sock: socket.socket, data: memoryview, stride: int) -> None:
        self.sock = sock
        self.data = data
        self.stride = stride
        self.at = 0  # bytes sent
        self.unanswered = 0  # delimiters of answers still to come
        self.answers = 0


def sign_on(drive: Drive) -> list[socket.socket]:
    """Connect and authenticate all terminals."""
    socks = []
    for number in range(drive.connections):
        sock = socket.create_connection(("127.0.0.1", drive.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if drive.answered:
            sock.sendall(
                encode_frame(0x0102, phone(number), 0, Authenticate(auth_code=auth_code(number)).encode(version=2013))
            )
        socks.append(sock)
    if drive.answered:
        for sock in socks:
            got = b""
            while got.count(b"\x7e") < 2:
                got += sock.recv(100)
            answer = parse_frame(got[1:-1])
            assert isinstance(answer, Frame)
            assert answer.body[-1] == 0, "sign-on was refused"
    for sock in socks:
        sock.setblocking(False)
    return socks


def run(drive: Drive) -> dict[str, float]:
    """Send everything and wait for every answer."""
    stride = FRAME_BYTES * drive.burst
    terminals = [
        Terminal(sock, memoryview(make_frames(number, drive.frames, drive.begin_s).tobytes()), stride)
        for number, sock in enumerate(sign_on(drive))
    ]
    print("ready", flush=True)
    sys.stdin.readline()
    begun_s, begun_cpu_s = time.perf_counter(), time.process_time()
    if drive.rate:
        acknowledged, latencies = _paced(drive, terminals)
    elif drive.answered:
        acknowledged, latencies = _answered(drive, terminals)
    else:
        acknowledged, latencies = _unanswered(terminals)
    elapsed_s = time.perf_counter() - begun_s
    return {
        "frames": drive.frames * drive.connections,
        "acknowledged": acknowledged,
        "elapsed_s": elapsed_s,
        "cpu_s": time.process_time() - begun_cpu_s,
        "latency_p50_s": float(np.median(latencies)) if latencies else 0.0,
        "latency_p99_s": float(np.quantile(latencies, 0.99)) if latencies else 0.0,
    }


def _answered(drive: Drive, terminals: list[Terminal]) -> tuple[int, list[float]]:
    selector = selectors.EpollSelector()
    for terminal in terminals:
        selector.register(terminal.sock, selectors.EVENT_READ, terminal)
    window = 2 * drive.burst * drive.window
    delimiters = 0
    latencies: list[float] = []
    probe = terminals[0]
    probe_s = 0.0
    for terminal in terminals:
        _send(terminal, window)
    busy = len(terminals)
    while busy:
        for key, _ in selector.select():
            terminal = key.data
            data = terminal.sock.recv(65536)
            if not data:
                raise ConnectionError("the gateway closed a connection")
            found = data.count(b"\x7e")
            delimiters += found
            terminal.unanswered -= found
            if terminal is probe:
                now_s = time.perf_counter()
                if probe_s and terminal.unanswered <= window - 2 * drive.burst:
                    latencies.append(now_s - probe_s)
                probe_s = now_s
            _send(terminal, window)
            if not terminal.unanswered and terminal.at == len(terminal.data):
                busy -= 1
                selector.unregister(terminal.sock)
    return delimiters // 2, latencies


def _paced(drive: Drive, terminals: list[Terminal]) -> tuple[int, list[float]]:
    """Send at a rate, whatever the answers do; return the time from each send to its answer."""
    selector = selectors.EpollSelector()
    waiting: dict[int, deque[float]] = {}
    for terminal in terminals:
        selector.register(terminal.sock, selectors.EVENT_READ, terminal)
        waiting[terminal.sock.fileno()] = deque()
    total = drive.frames * drive.connections
    latencies: list[float] = []
    begun_s = time.perf_counter()
    sent = 0
    while len(latencies) < total:
        now_s = time.perf_counter()
        due = min(total, int((now_s - begun_s) * drive.rate))
        while sent < due:
            terminal = terminals[sent % len(terminals)]
            terminal.sock.send(terminal.data[terminal.at : terminal.at + FRAME_BYTES])
            terminal.at += FRAME_BYTES
            waiting[terminal.sock.fileno()].append(begun_s + sent / drive.rate)
            sent += 1
        for key, _ in selector.select(0.001):
            data = key.data.sock.recv(65536)
            if not data:
                raise ConnectionError("the gateway closed a connection")
            answered_s = time.perf_counter()
            key.data.unanswered += data.count(b"\x7e")
            while key.data.unanswered >= 2:
                key.data.unanswered -= 2
                latencies.append(answered_s - waiting[key.fd].popleft())
    return len(latencies), latencies


def _send(terminal: Terminal, window: int) -> None:
    """Fill the window, one send for each burst. The window is small: the kernel always has room for it."""
    size = len(terminal.data)
    while terminal.at < size and terminal.unanswered < window:
        end = min(terminal.at + terminal.stride, size)
        sent = terminal.sock.send(terminal.data[terminal.at : end])
        assert sent == end - terminal.at, "the window does not fit the socket's buffer"
        terminal.unanswered += 2 * (sent // FRAME_BYTES)
        terminal.at = end


def _unanswered(terminals: list[Terminal]) -> tuple[int, list[float]]:
    selector = selectors.EpollSelector()
    for terminal in terminals:
        selector.register(terminal.sock, selectors.EVENT_WRITE, terminal)
    busy = len(terminals)
    while busy:
        for key, _ in selector.select():
            terminal = key.data
            # A frame at a time for each connection in turn, as terminals would; blocked by the kernel, not by answers.
            sent = terminal.sock.send(terminal.data[terminal.at : terminal.at + terminal.stride])
            terminal.at += sent
            if terminal.at == len(terminal.data):
                selector.unregister(terminal.sock)
                busy -= 1
    last = terminals[0].sock
    last.setblocking(True)
    assert last.recv(1) == b"."
    return sum(t.at for t in terminals) // FRAME_BYTES, []


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    print(json.dumps(run(Drive(**{field.name: given[field.name] for field in fields(Drive)}))), flush=True)
