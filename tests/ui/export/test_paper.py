"""Papers: how they break into pages, what the PDF holds, and that it is the same each time."""

import dataclasses
import itertools
import re
import shutil
import subprocess
import zlib
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from laixi_transport.domain.map_data import MapPlace
from laixi_transport.domain.problem import Problem
from laixi_transport.services.export import Cancelled
from laixi_transport.services.export.digest import DataDigest
from laixi_transport.services.trips.day_trips import day_trips
from laixi_transport.services.trips.spot import spot
from laixi_transport.ui import format as text
from laixi_transport.ui.export.day_sheet.sheet import Sources, day_sheet
from laixi_transport.ui.export.day_sheet.way_map import badges
from laixi_transport.ui.export.paper import blocks
from laixi_transport.ui.export.paper.document import Document, paint_page, set_pages
from laixi_transport.ui.export.paper.ink import Ink
from laixi_transport.ui.export.paper.pdf import pdf_bytes, write_pdf
from laixi_transport.ui.language import Languages
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.place_names import long_place, named_places, short_place
from laixi_transport.ui.map.shipped import shipped_base_map
from tests.services.export.conftest import make_day

WIDTH, HEIGHT = 680.0, 1000.0
COLUMNS = (blocks.TableColumn("Plate"), blocks.TableColumn("Speed", numeric=True))


def rows(n):
    return [(f"鲁B·D{at:04d}", str(at)) for at in range(n)]


@pytest.fixture
def document(theme):
    return Document("Title", (blocks.heading("Many"), blocks.table(COLUMNS, rows(100))), foot="foot")


def test_a_long_table_repeats_its_header_and_loses_no_row(document):
    pages = set_pages(document, WIDTH, HEIGHT)
    made = [piece for block in document.blocks for piece in block(WIDTH, document.ink)]
    assert len(pages) > 2
    heads = [sum(piece.heads is None and piece.keep for _, piece in page) for page in pages]
    assert heads == [2] + [1] * (len(pages) - 1)  # heading and header, then the header alone
    assert sum(piece.heads is not None for page in pages for _, piece in page) == len(made) - 2 == 100


def test_pieces_stand_below_each_other_inside_the_page(document):
    for page in set_pages(document, WIDTH, HEIGHT):
        ends = [top + piece.height for top, piece in page]
        tops = [top for top, _ in page]
        assert tops[1:] == pytest.approx(ends[:-1])
        assert ends[-1] <= HEIGHT


def test_a_heading_does_not_stand_alone_at_the_foot(theme):
    filler = blocks.space(HEIGHT - 100)
    document = Document("Title", (filler, blocks.heading("Last"), blocks.table(COLUMNS, rows(1))))
    first, second = set_pages(document, WIDTH, HEIGHT)
    assert len(first) == 1
    assert len(second) == 3


def test_words_are_not_torn_apart_unless_one_is_wider_than_its_room(theme):
    metrics = Ink().metrics()
    short = blocks.height_of("one two", 45.0, metrics)
    assert short == pytest.approx(2 * blocks.height_of("one", 45.0, metrics), rel=0.2)
    assert blocks.height_of("x" * 64, 100.0, metrics) > 3 * blocks.height_of("x", 100.0, metrics)


def sheet(day, **changes):
    return day_sheet(day, Sources(BaseMap(), 1_781_059_338.0, "li", **changes))


def without_times(data):
    """Return a PDF without its own times and the ids made of them."""
    data = re.sub(rb"/(Creation|Mod)Date \([^)]*\)", b"", data)
    data = re.sub(rb"<xmp:(Create|Modify|Metadata)Date>[^<]*<", b"<", data)
    return re.sub(rb"(/ID \[[^\]]*\])|(uuid:[0-9a-f-]+)", b"", data)


def test_a_sheet_is_the_same_each_time_it_is_made(theme, day):
    one, two = (without_times(pdf_bytes(sheet(day))[0]) for _ in range(2))
    assert one == two
    assert one != without_times(pdf_bytes(sheet(dataclasses.replace(day, alerts=())))[0])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_word_of_a_sheet_is_torn_apart(qapp, theme, day, monkeypatch, language):
    Languages(qapp).choose(language)
    torn, wrapping = set(), blocks.wrapping

    def watched(text, width, metrics):
        flags = wrapping(text, width, metrics)
        if flags == Qt.TextFlag.TextWrapAnywhere:
            torn.add(text)
        return flags

    monkeypatch.setattr(blocks, "wrapping", watched)
    assert said_by(sheet(day))
    assert not torn


def test_a_sheet_of_a_day_without_reports_claims_nothing(theme, day):
    none = sheet(make_day(track=day.track.take(slice(0, 0))))
    words = said_by(none)
    assert "There are no reports in this period: nothing is known of it." in words
    assert not {
        "Stops",
        "Trips",
        "Overspeed",
        "Speed, km/h",
        "Times without data; nothing is known of them",
        "Distance by GNSS",
    } & set(words)
    first, last = (text.clock(float(day.track.time_s[at])) for at in (0, -1))
    assert f"{len(day.track)} ({first} – {last})" in said_by(sheet(day))


def said_by(document):
    """Return all texts that are painted."""
    said = []

    class Listener(QPainter):
        def drawText(self, *arguments):
            said.append(str(arguments[-1]).replace("\u00a0", " "))
            super().drawText(*arguments)

    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = Listener(image)
    for _, piece in itertools.chain(*set_pages(document, WIDTH, HEIGHT)):
        piece.paint(painter, QRectF(0, 0, WIDTH, piece.height))
    painter.end()
    return said


def test_a_speed_that_nothing_drives_does_not_keep_a_sheet_from_being_made(theme, day):
    day.track.speed_kmh[5] = 6553.5
    assert pdf_bytes(sheet(day))[1] == 2


def test_a_sheet_names_no_place_where_the_fix_is_none(theme, day):
    worst = day.overspeed[0].worst
    place = text.coordinate(float(day.track.lat_deg[worst]), float(day.track.lon_deg[worst]))
    assert place in said_by(sheet(day))
    day.track.lat_deg[worst] = day.track.lon_deg[worst] = 0.0
    assert not [word for word in said_by(sheet(day)) if word.startswith("0.0000")]


def test_the_shipped_fonts_are_inside_with_what_makes_their_text_text(theme, day):
    data, pages = pdf_bytes(sheet(day))
    assert pages == data.count(b"/Type /Page\n") == 2
    fonts = set(re.findall(rb"/FontName /(\S+)", data))
    assert any(b"LaixiSansSC" in font for font in fonts)
    assert all(b"LaixiSans" in font for font in fonts), fonts
    assert data.count(b"/FontFile") == len(re.findall(rb"/FontName", data))
    streams = [unpacked(part) for part in re.findall(rb"(?<!end)stream\r?\n(.*?)endstream", data, re.DOTALL)]
    maps = b"".join(stream for stream in streams if b"beginbfrange" in stream or b"beginbfchar" in stream)
    assert f"{ord('鲁'):04x}".encode() in maps.lower()


def unpacked(part):
    try:
        return zlib.decompressobj().decompress(part)
    except zlib.error:
        return part


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_text_can_be_searched_and_says_what_the_day_was(qapp, theme, day, tmp_path, language):
    if shutil.which("pdftotext") is None:
        pytest.skip("NO PDFTOTEXT: install poppler-utils")
    Languages(qapp).choose(language)
    write_pdf(sheet(day), tmp_path / "sheet.pdf")
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "sheet.pdf", "-"], capture_output=True, check=True, encoding="utf-8"
    )
    said = re.sub(r"\s+", "", done.stdout)  # spaces beside Chinese signs are its own guess
    digest = DataDigest()
    digest.add(day)
    for word in ("鲁B·D0123", "莱西公交 & Co", "2026-06-10", "63/50", "06:10:00", digest.sha256, digest.version):
        assert word.replace(" ", "") in said, word
    pages = ("Page1of2", "Page2of2") if language == "en" else ("第1页共2页", "第2页共2页")
    assert all(word in said for word in pages)
    assert f"{day.distance.odometer_km:.1f}km" in said
    assert f"{day.distance.gnss_km:.1f}km" in said


def test_the_paper_is_light_whatever_the_window_is_and_nothing_runs_out_of_it(theme, day):
    assert theme.name == "dark"
    document = sheet(day)
    for number, page in enumerate(set_pages(document, WIDTH, HEIGHT), 1):
        image = QImage(round(WIDTH) + 80, round(HEIGHT) + 80, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        paint_page(document, painter, page, number, 2, QRectF(40, 40, WIDTH, HEIGHT))
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3]
        inked = (pixels < 250).any(axis=2)
        assert 0.01 < inked.mean() < 0.3
        assert pixels.mean() > 200, "mostly paper"
        outside = inked.copy()
        outside[36:-36, 36:-36] = False
        assert not outside.any()


def test_a_day_without_a_single_fix_still_has_a_sheet(theme, day):
    track = dataclasses.replace(day.track, status_bits=np.ones(len(day.track), np.uint32))
    lost = make_day(track=track)
    assert pdf_bytes(sheet(lost))[1] >= 1
    empty = make_day(track=day.track.take(slice(0, 0)))
    assert pdf_bytes(sheet(empty))[1] >= 1


def test_a_sheet_that_is_cancelled_or_has_no_place_leaves_nothing(theme, day, tmp_path):
    write = partial(write_pdf, sheet(day))
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        write(tmp_path / "sheet.pdf", cancelled=lambda: next(asked))
    with pytest.raises(Problem, match="does not exist"):
        write(tmp_path / "none" / "sheet.pdf")
    assert list(tmp_path.iterdir()) == []


def test_stops_at_one_place_share_a_badge(day):
    [stop] = day.stops
    near = dataclasses.replace(stop, lat_deg=stop.lat_deg + 0.0005)
    far = dataclasses.replace(stop, lat_deg=stop.lat_deg + 0.01)
    many = dataclasses.replace(day, stops=(stop, far, near, stop, stop, stop))
    assert [badge.text for badge in badges(many)] == ["1, 3, 4, 5 …", "2"]


def test_trips_and_stops_are_named_as_the_trips_service_found_them(theme, day, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("NO PDFTOTEXT: install poppler-utils")
    found = day_trips(day)
    named = dataclasses.replace(
        found,
        trips=tuple(
            dataclasses.replace(trip, origin=dataclasses.replace(trip.origin, road="S214")) for trip in found.trips
        ),
        stops=tuple(
            dataclasses.replace(
                stop,
                spot=dataclasses.replace(stop.spot, road="文化路", near=MapPlace(120.5, 36.8, 2, "姜山", "Jiangshan"),
                                         away_m=1234.0),
                found_again_s=stop.stop.end_s + 3600,
            )
            for stop in found.stops
        ),
    )  # fmt: skip
    write_pdf(sheet(day, trips=named), tmp_path / "sheet.pdf")
    done = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "sheet.pdf", "-"], capture_output=True, check=True, encoding="utf-8"
    )
    said = re.sub(r"\s+", "", done.stdout)
    log = found.trips[0].log
    for word in ("S214", "文化路", "Jiangshan", "1.2km", "nodataafterit", f"{log.gnss_km:.1f}km", "Longeststop"):
        assert word in said, word


def test_without_names_a_sheet_has_the_towns_of_its_map(theme):
    places = named_places(shipped_base_map(demo=False))
    assert "near Laixi" in long_place(spot(120.52, 36.87, places))
    bare = spot(110.0, 30.0, places)
    assert short_place(bare) == long_place(bare) == "30.00000° N, 110.00000° E"
