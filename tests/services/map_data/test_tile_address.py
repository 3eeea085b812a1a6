import contextlib
import http.server
import logging
import socketserver
import threading
import urllib.error

import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.services.map_data.tile_address import REST_S, TileAddress, check_template, without_key

PNG = b"\x89PNG tile"
KEY = "0123456789abcdef-secret"
TEMPLATE = "https://t{s}.maps.example/{z}/{x}/{y}.png?tk={key}"


class Server:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, answer=PNG):
        self.answer = answer
        self.asked = []

    def __call__(self, address):
        self.asked.append(address)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def address(tmp_path, server, template=TEMPLATE, key=KEY, **options):
    return TileAddress(template, key, tmp_path, fetch=server, **options)


def test_a_tile_is_fetched_once_and_then_taken_from_the_disk(tmp_path):
    server = Server()
    assert address(tmp_path, server).read(3, 5, 2) == PNG
    assert address(tmp_path, server).read(3, 5, 2) == PNG
    assert server.asked == [f"https://t7.maps.example/3/5/2.png?tk={KEY}"]


def test_an_old_tile_is_fetched_anew_and_shown_still_where_the_network_is_away(tmp_path):
    time_s = [1_000_000.0]
    server = Server()
    tiles = address(tmp_path, server, now=lambda: time_s[0], expires_s=100)
    tiles.read(3, 5, 2)
    time_s[0] += 101
    server.answer = urllib.error.URLError(ConnectionRefusedError())
    assert tiles.read(3, 5, 2) == PNG
    assert tiles.failed == "ConnectionRefusedError"
    assert tiles.read(4, 5, 2) is None
    assert len(server.asked) == 2  # it rests
    time_s[0] += REST_S + 1
    server.answer = b"\x89PNG newer"
    assert tiles.read(3, 5, 2) == b"\x89PNG newer"
    assert tiles.failed == ""


def test_what_the_server_does_not_have_is_not_asked_again(tmp_path):
    server = Server(urllib.error.HTTPError("https://x", 404, "", {}, None))
    tiles = address(tmp_path, server)
    assert (tiles.read(3, 5, 2), tiles.read(3, 5, 2), len(server.asked)) == (None, None, 1)
    server.answer = PNG
    assert tiles.read(3, 5, 3) == PNG


def test_an_answer_that_is_no_picture_is_not_kept(tmp_path):
    tiles = address(tmp_path, Server(b'{"code": 301, "msg": "key"}'))
    assert tiles.read(3, 5, 2) is None
    assert not list(tmp_path.rglob("*.tile"))
    assert tiles.failed == "no picture"


def test_the_store_is_bounded_and_loses_its_oldest(tmp_path):
    time_s = [1000.0]
    server = Server(b"\x89PNG" + bytes(996))
    tiles = address(tmp_path, server, now=lambda: time_s[0], max_bytes=10_000, expires_s=1e9)
    for x in range(30):
        time_s[0] += 1
        tiles.read(5, x, 0)
    kept = sorted(int(path.parent.name) for path in tmp_path.rglob("*.tile"))
    assert len(kept) <= 10
    assert kept == list(range(30 - len(kept), 30))


def test_the_key_is_in_no_log_no_error_and_no_path(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    server = Server(urllib.error.URLError(OSError(f"https://x?tk={KEY}")))
    tiles = address(tmp_path, server)
    tiles.read(3, 5, 2)
    server.answer = PNG
    tiles._rests_until = 0.0
    tiles.read(3, 5, 2)
    told = [caplog.text, tiles.failed, repr(tiles.info), *map(str, tmp_path.rglob("*"))]
    with pytest.raises(Problem) as found:
        check_template(f"ftp://x/{KEY}", KEY)
    assert not any(KEY in text for text in (*told, str(found.value), repr(found.value.values)))


def test_a_key_in_the_address_is_taken_out():
    template, key = without_key(f"https://t0.tianditu.gov.cn/vec_w/wmts?L={{z}}&tk={KEY}&x=1")
    assert (template, key) == ("https://t0.tianditu.gov.cn/vec_w/wmts?L={z}&tk={key}&x=1", KEY)
    assert without_key(TEMPLATE) == (TEMPLATE, "")
    assert without_key(f"https://a/{{z}}/{{x}}/{{y}}?apikey={KEY}") == ("https://a/{z}/{x}/{y}?apikey={key}", KEY)
    with pytest.raises(Problem) as told:
        check_template(f"https://user:{KEY}@a/{{z}}/{{x}}/{{y}}", "")
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("file:///etc/{z}/{x}/{y}", "begins with https"),
        ("https://", "begins with https"),
        ("https://[::1/{z}/{x}/{y}", "begins with https"),
        ("https://a/{z}/{x}", "names {z}, {x} and {y}"),
        ("https://a/{z}/{x}/{y}/{q}", "names {z}, {x} and {y}"),
        (TEMPLATE, "wants a key"),
    ],
)
def test_addresses_that_cannot_be_are_told(tmp_path, template, said):
    with pytest.raises(Problem, match=said):
        TileAddress(template, "", tmp_path)


@pytest.fixture
def wire():
    """Answers one request with the bytes that it is told, whether they are HTTP or not."""
    answer = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(4096)
            with contextlib.suppress(OSError):
                for part in answer:
                    self.request.sendall(part)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield answer, f"http://127.0.0.1:{server.server_address[1]}/{{z}}/{{x}}/{{y}}.png?tk={{key}}"
        thread.join()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"HTTP/1.0 200 OK\r\nContent-Length: 5000\r\n\r\n" + PNG, "ConnectionError"),  # half a picture
        (b"garbage\r\n\r\n" + KEY.encode(), "BadStatusLine"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + PNG + bytes(9 << 20), "OSError"),
        (b"", "RemoteDisconnected"),
        (b"HTTP/1.0 302 Found\r\nLocation: file:///etc/hostname?" + KEY.encode() + b"\r\n\r\n", "HTTP 302"),
    ],
)
def test_a_server_that_answers_amiss_gives_no_tile_and_nothing_is_kept(tmp_path, wire, caplog, sent, said):
    answer, template = wire
    answer.append(sent)
    caplog.set_level(logging.DEBUG)
    tiles = TileAddress(template, KEY, tmp_path)
    assert tiles.read(1, 0, 0) is None
    assert tiles.failed == said
    assert not list(tmp_path.rglob("*.tile"))
    assert KEY not in caplog.text


def test_a_server_that_drips_is_given_up(tmp_path, wire, monkeypatch):
    answer, template = wire
    answer += [b"HTTP/1.0 200 OK\r\n\r\n", PNG]
    moments = iter(range(0, 1000, 6))
    monkeypatch.setattr("laixi_transport.services.map_data.tile_address.time.monotonic", lambda: next(moments))
    answer += [b"x" * 70_000] * 4
    tiles = TileAddress(template, KEY, tmp_path)
    assert tiles.read(1, 0, 0) is None
    assert tiles.failed == "TimeoutError"


def test_a_real_server_hears_who_asks(tmp_path):
    heard = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append((self.path, self.headers["User-Agent"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        tiles = TileAddress(f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{-y}}.png", "", tmp_path)
        assert tiles.read(3, 5, 2) == PNG
        thread.join()
    assert heard[0][0] == "/3/5/5.png"
    assert heard[0][1].startswith("LaixiTransport/")
