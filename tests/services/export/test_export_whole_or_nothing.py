"""An export that does not come to its end leaves nothing, and an older file as it was."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.cleaning import Doubt
from laixi_transport.domain.problem import Problem
from laixi_transport.services.export import Cancelled, export_tracks, formats, vehicle_days, whole_file
from laixi_transport.services.export.digest import DataDigest
from laixi_transport.services.export.safe_text import safe_text
from laixi_transport.services.export.samples import Samples

FORMATS = pytest.mark.parametrize("format_", formats(), ids=lambda f: f.id)


@FORMATS
def test_cancelling_leaves_nothing_but_the_older_file(tmp_path, day, format_):
    target = tmp_path / "way"
    target.write_text("older")
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        export_tracks([day] * 9, target, format_, cancelled=lambda: next(asked, True))
    assert [p.name for p in tmp_path.iterdir()] == ["way"]
    assert target.read_text() == "older"


@FORMATS
def test_progress_grows_to_one(tmp_path, day, format_):
    told = []
    export_tracks([day] * 3, tmp_path / "way", format_, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 3


@FORMATS
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(tmp_path, day, format_, monkeypatch):
    beside = tmp_path / "beside"
    beside.symlink_to("/dev/full")
    monkeypatch.setattr("laixi_transport.services.export.whole_file.beside_name", lambda _: beside)
    with pytest.raises(Problem, match="disk is full"):
        export_tracks([day] * 60, tmp_path / "way", format_)
    assert list(tmp_path.iterdir()) == []
    assert Path("/dev/full").exists()


def test_no_folder_a_folder_or_no_permission_are_told_apart(tmp_path, day, monkeypatch):
    csv = formats()[0]
    with pytest.raises(Problem, match="does not exist"):
        export_tracks([day], tmp_path / "none" / "way.csv", csv)
    (tmp_path / "folder").mkdir()
    with pytest.raises(Problem, match="is a folder"):
        export_tracks([day], tmp_path / "folder", csv)

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", forbidden)
    with pytest.raises(Problem, match="Close the file where it is open"):
        export_tracks([day], tmp_path / "way.csv", csv)
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_period_without_reports_is_no_file(tmp_path, make, day):
    empty = make(track=day.track.take(slice(0, 0)))
    with pytest.raises(Problem, match="no reports"):
        export_tracks([empty], tmp_path / "way.csv", formats()[0])
    assert list(tmp_path.iterdir()) == []


def test_one_vehicle_is_read_at_a_time(tmp_path, make):
    log = []

    class Playback:
        def day(self, ids, begin_s, end_s):
            log.append((ids, begin_s, end_s))
            return (make(ids[0]),)

    days = vehicle_days(Playback(), [3, 4], 10, 20)
    export_tracks(days, tmp_path / "way.csv", formats()[0], total=400)
    assert log == [([3], 10, 20), ([4], 10, 20)]


@given(st.text(max_size=12))
def test_no_text_begins_as_a_formula(text):
    said = safe_text(text)
    assert said in {text, f"'{text}"}
    begin = said.lstrip(" \t\r\n\u200b\ufeff")
    if begin[:1] in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}:
        assert begin.lstrip("+-")[:1].isdigit(), "only a plain number"


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@SUM(1)", "\t=1", " =1", "＝1", "-1+2"])
def test_formulas_are_neutralised(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+4.5", "鲁B·D0123", "–", "a=b", "", "12 345"])
def test_what_is_no_formula_stays(text):
    assert safe_text(text) == text


def test_the_digest_sees_every_value_and_does_not_depend_on_what_is_computed(day):
    def digest(changed):
        made = DataDigest()
        made.add(changed)
        return made.sha256

    seen = {digest(day)}
    for name in ("time_s", "lat_deg", "speed_kmh", "alarm_bits", "mileage_km", "recorder_speed_kmh"):
        values = getattr(day.track, name).copy()
        values[7] = 5
        seen.add(digest(dataclasses.replace(day, track=dataclasses.replace(day.track, **{name: values}))))
    assert len(seen) == 7
    assert digest(dataclasses.replace(day, stops=(), alerts=())) == digest(day)


def test_a_track_that_begins_and_ends_without_a_fix(make, day):
    status = day.track.status_bits.copy()
    status[:40] = 1
    status[-40:] = 1
    lost = make(track=dataclasses.replace(day.track, status_bits=status))
    samples = Samples.of(lost)
    assert (samples.doubt[:40] == Doubt.NOT_LOCATED).all()
    pieces = samples.pieces()
    assert [int(samples.piece[p[0]]) for p in pieces] == [1, 2]
    assert np.isnan(samples.lon_deg[:40]).all()
    assert not samples.piece[:40].any()
    assert not samples.piece[-40:].any()


def test_whole_file_is_the_name_of_a_module():
    assert whole_file.whole_file
