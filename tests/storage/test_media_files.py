"""Bytes of media: whole or not there, once by their digest, and never changed unnoticed."""

import dataclasses
import datetime as dt
import hashlib
import os
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.media import Media, MediaSource
from laixi_transport.domain.problem import Problem
from laixi_transport.storage.media import MediaFiles

AT = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
PICTURE = b"\xff\xd8 picture \xff\xd9"
MEDIA = Media(
    id=0,
    digest=hashlib.sha256(PICTURE).hexdigest(),
    size_bytes=len(PICTURE),
    source=MediaSource.MESSAGE,
    kind=0,
    format="jpeg",
    event=1,
    channel=2,
    name="42.jpeg",
    role="",
    alarm_no="",
    terminal_id=7,
    vehicle_id=8,
    received_at=AT,
    taken_at=AT,
    lat_deg=36.87,
    lon_deg=120.52,
)


@pytest.fixture
def files(tmp_path):
    return MediaFiles(tmp_path / "media")


@given(st.binary(max_size=300))
def test_bytes_are_read_as_they_were_put(tmp_path_factory, data):
    files = MediaFiles(tmp_path_factory.mktemp("media"))
    digest = files.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert files.read(digest) == data


def test_equal_bytes_lie_there_once_and_nothing_else(files):
    assert files.put(PICTURE) == files.put(PICTURE)
    assert [path for path in files.folder.rglob("*") if path.is_file()] == [files.path(MEDIA.digest)]


def test_a_file_that_comes_in_pieces_gets_its_name_at_the_end(files):
    part = files.part()
    part.write_bytes(PICTURE)
    assert files.take(part) == (MEDIA.digest, len(PICTURE))
    assert files.read(MEDIA.digest) == PICTURE
    again = files.part()
    again.write_bytes(PICTURE)
    files.take(again)
    assert [path for path in files.folder.rglob("*") if path.is_file()] == [files.path(MEDIA.digest)]


def test_what_was_begun_and_not_ended_is_swept_away(files):
    files.put(PICTURE)
    files.part().write_bytes(b"half")
    assert files.sweep() == 1
    assert files.sweep() == 0
    assert files.read(MEDIA.digest) == PICTURE


def test_a_file_that_was_cut_short_is_written_again(files):
    files.put(PICTURE)
    files.path(MEDIA.digest).write_bytes(b"")
    files.put(PICTURE)
    assert files.read(MEDIA.digest) == PICTURE


def test_a_changed_or_missing_file_is_told(files):
    files.put(PICTURE)
    files.path(MEDIA.digest).write_bytes(PICTURE[::-1])
    with pytest.raises(Problem, match="was changed"):
        files.read(MEDIA.digest)
    files.remove([MEDIA.digest])
    with pytest.raises(Problem, match="cannot be read"):
        files.read(MEDIA.digest)


def test_a_disk_that_takes_nothing_leaves_nothing_half(files, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.put(PICTURE)
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept otherwise there")
def test_only_their_owner_reads_them(files):
    path = files.path(files.put(PICTURE))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_what_is_sent_again_is_one_row(store):
    first = store.writer.run(lambda s: store.media.add(s, MEDIA)).result(20)
    again = store.writer.run(lambda s: store.media.add(s, MEDIA)).result(20)
    other = store.writer.run(lambda s: store.media.add(s, dataclasses.replace(MEDIA, terminal_id=9))).result(20)
    assert first == again == dataclasses.replace(MEDIA, id=first.id)
    assert other.id != first.id
    assert store.media.last(5) == [other, first]
    assert store.media.last(5, terminal_id=7) == store.media.some([first.id, 99]) == [first]
    assert store.media.last(5, vehicle_id=99) == []


def test_what_is_not_told_of_a_medium_stays_empty(store):
    bare = dataclasses.replace(MEDIA, event=None, channel=None, taken_at=None, lat_deg=None, lon_deg=None)
    stored = store.writer.run(lambda s: store.media.add(s, bare)).result(20)
    assert dataclasses.replace(stored, id=0) == bare


def test_files_without_a_row_go_after_a_day(store, files):
    kept, orphan = files.put(PICTURE), files.put(b"orphan")
    store.writer.run(lambda s: store.media.add(s, MEDIA)).result(20)
    now_s = files.path(orphan).stat().st_mtime
    assert files.tidy(store.media.unknown, now_s + 3600) == 0
    assert files.tidy(store.media.unknown, now_s + 90_000) == 1
    assert files.path(kept).is_file()
    assert not files.path(orphan).exists()
