"""The ``decode`` command as its user meets it."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from laixi_transport.app.cli import main
from laixi_transport.devices.capture import CaptureWriter
from laixi_transport.devices.jt808.frame import encode_frame

POSITION = bytes.fromhex("000000010000000200ba7f0e07e4f11c0028003c000018071510101001040000006402020037")
FRAME = encode_frame(0x0200, "13900000001", 7, POSITION)


@pytest.fixture
def decode(monkeypatch, capsys, tmp_path):
    """Runs the command on what is piped in, or on a file of it; returns its exit code and what it printed."""

    def run(data: bytes, *options: str, as_file: bool = False) -> tuple[int, list[str], str]:
        arguments = ["decode", *options]
        if as_file:
            (tmp_path / "input").write_bytes(data)
            arguments.append(str(tmp_path / "input"))
        else:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
        code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return run


@pytest.mark.parametrize("as_file", [False, True])
@pytest.mark.parametrize(
    "data",
    [
        FRAME.hex().encode(),
        b"\xef\xbb\xbf# from the log\r\n\r\n12:00:01 recv " + FRAME.hex(" ").upper().encode() + b"\r\n",
        FRAME.hex().encode("utf-16"),
        FRAME,
    ],
    ids=["hex", "log", "utf-16", "binary"],
)
def test_a_frame_is_decoded_whatever_it_comes_in(decode, data, as_file):
    code, lines, _ = decode(data, as_file=as_file)
    values = json.loads(lines[0])
    assert (code, len(lines)) == (0, 1)
    assert (values["msg_id"], values["phone"], values["seq"]) == (0x0200, "13900000001", 7)
    assert (values["lat_deg"], values["speed_kmh"], values["time"]) == (12.222222, 6.0, "2018-07-15T10:10:10")


def test_a_capture_is_decoded_with_times_and_directions(decode, tmp_path):
    path = tmp_path / "port.lxcap"
    with CaptureWriter(path, unix_us=lambda: 1_700_000_000_250_000) as writer:
        tap = writer.tap("jt808")
        number = tap.opened("127.0.0.1:5")
        tap.received(number, FRAME[:20])
        tap.sent(number, encode_frame(0x8001, "13900000001", 1, bytes(5)))
        tap.received(number, FRAME[20:])
        tap.closed(number)
    code, lines, _ = decode(path.read_bytes(), as_file=True)
    answer, position = map(json.loads, lines)
    assert code == 0
    assert (answer["msg_id"], answer["received"]) == (0x8001, False)
    assert (position["msg_id"], position["received"], position["port"]) == (0x0200, True, "jt808")
    assert position["captured_at"] == "2023-11-15T06:13:20.250000"


def test_bodies_are_decoded_by_their_id(decode):
    code, lines, _ = decode(b"body: 04d201020003\n", "--body", "--msg-id", "0x8003", "--version", "2013")
    assert code == 0
    assert json.loads(lines[0])["orig_seq"] == 1234
    code, lines, _ = decode(b"000026aa00", "--body", "--msg-id", "1401", "--protocol", "809", "--version", "2011")
    assert json.loads(lines[0])["supervision_id"] == "000026aa"


def test_every_byte_is_explained_with_its_clause(decode):
    code, lines, _ = decode(FRAME.hex().encode(), "--explain")
    assert code == 0
    assert lines[0].split() == ["808", "0x0200", "位置信息汇报"]
    assert lines[1].split() == ["偏移", "字节", "字段", "名称", "类型", "值", "依据"]
    row = next(line for line in lines if "speed_kmh" in line)
    assert row.split()[:6] == ["31", "00", "3C", "speed_kmh", "速度", "WORD"]
    assert "JT/T 808" in row
    shown = " ".join(line[6:25] for line in lines[2:-1])
    assert bytes.fromhex("".join(part for part in shown.split() if len(part) == 2)) == FRAME


def test_lines_without_bytes_are_named_and_told_by_the_exit_code(decode):
    code, lines, _ = decode(FRAME.hex().encode() + b"\nconnection lost\n")
    assert code == 3
    assert json.loads(lines[1]) == {"error": "no_bytes", "line": 2, "text": "connection lost"}


def test_refused_frames_are_results(decode):
    code, lines, _ = decode(b"7e00020000012345678900000a827e")
    assert code == 0
    assert json.loads(lines[0])["error"] == "checksum"


@pytest.mark.parametrize(
    ("data", "options", "told"),
    [
        (b"", (), "No bytes found in stdin"),
        (b"good morning\n", (), "No bytes found"),
        (b"00", ("--body",), "give --body and --msg-id together"),
        (b"00", ("--msg-id", "0x0200"), "give --body and --msg-id together"),
        (b"LXCAP\x00\x00\x01", (), "cannot be piped in"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(decode, data, options, told):
    code, _, said = decode(data, *options)
    assert code == 1
    assert told in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there_is_said(capsys, tmp_path):
    assert main(["decode", str(tmp_path / "none.txt")]) == 1
    assert "Cannot read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [["--keys", "1,2"], ["--keys", "a,b,c"], ["--msg-id", "xyz"], ["--protocol", "807"]]
)
def test_a_wrong_option_ends_the_command(options, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["decode", *options])
    assert ended.value.code == 2
    assert options[1] in capsys.readouterr().err


def test_a_reader_that_leaves_ends_the_command_quietly(tmp_path: Path):
    (tmp_path / "many").write_text((FRAME.hex() + "\n") * 20_000)
    command = [sys.executable, "-m", "laixi_transport", "decode", str(tmp_path / "many")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) != 0
