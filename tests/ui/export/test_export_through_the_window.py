"""Everything that can be saved or printed, opened as the user opens it and read back."""

import csv
import threading
import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QDialog, QMenu

from laixi_transport.domain.map_data import Frame
from laixi_transport.services.export import formats
from laixi_transport.ui.export.dialog import SaveDialog
from laixi_transport.ui.export.printing import print_pages, printer_for
from laixi_transport.ui.export.table_dialog import TableReader, table_document
from laixi_transport.ui.export.table_exports import TableExports, front_table, title_of
from laixi_transport.ui.widgets import Column, Panel, RowsModel, Table

WAIT_MS = 20_000


def opened(qtbot, page, kind=SaveDialog):
    """Return the dialog that comes up over a page."""
    found = []

    def there():
        found[:] = [one for one in page.findChildren(QDialog) if isinstance(one, kind) and one.isVisible()]
        assert found

    qtbot.waitUntil(there, timeout=WAIT_MS)
    return found[0]


def save(qtbot, dialog):
    """Press the button and return the file that came of it."""
    with qtbot.waitSignal(dialog.saved, timeout=WAIT_MS) as told:
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.copy_path.isVisible()
    assert dialog.open_folder.isVisible()
    return told.args[0]


def test_tracks_are_saved_in_every_format_of_the_dialog(qtbot, page, context, files, playback):
    context.actions["playback.export"].trigger()
    dialog = opened(qtbot, page)
    assert dialog.target().parent == files
    for at, chosen in enumerate(formats()):
        dialog.format.setCurrentIndex(at)
        path = save(qtbot, dialog)
        assert path.suffix == chosen.suffix
        assert path.stat().st_size > 1000
        assert dialog.system.isEnabled() == (len(chosen.systems) > 1)
    assert len(list(files.iterdir())) == len(formats())
    assert playback.asked[0][0] == (1,)
    assert playback.asked[1][0] == (2,)
    assert context.settings.value("export/format") == formats()[-1].id
    qtbot.mouseClick(dialog.copy_path, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(path)


def test_shifted_coordinates_are_told_in_dialog_name_and_columns(qtbot, page, context):
    context.actions["playback.export"].trigger()
    dialog = opened(qtbot, page)
    dialog.format.setCurrentIndex(0)
    dialog.system.setCurrentIndex(dialog.system.findData(Frame.GCJ02.value))
    assert "Shifted" in dialog.note.text()
    assert dialog.target().stem.endswith("GCJ-02")
    path = save(qtbot, dialog)
    with path.open(encoding="utf-8-sig") as file:
        assert any("lon_gcj02_deg" in head for head in next(csv.reader(file)))


def test_the_period_is_that_of_the_fields_in_gmt8(qtbot, page, context, day, playback):
    context.actions["playback.export"].trigger()
    dialog = opened(qtbot, page)
    assert dialog.begin.text() == "2026-06-10 00:00:00"
    dialog.begin.setDateTime(dialog.begin.dateTime().addSecs(6 * 3600))
    save(qtbot, dialog)
    assert playback.asked[0][1:] == (day.begin_s + 6 * 3600, day.end_s)


def test_cancelling_leaves_no_file_and_says_so(qtbot, page, context, files, playback):
    reached, go_on = threading.Event(), threading.Event()

    def hold():
        reached.set()
        assert go_on.wait(20)

    playback.before = hold
    context.actions["playback.export"].trigger()
    dialog = opened(qtbot, page)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert not dialog.save.isEnabled()
    assert reached.wait(20)
    with qtbot.waitSignal(dialog.job.cancelled, timeout=WAIT_MS):
        qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
        go_on.set()
    assert "Nothing was written" in dialog.told.text()
    assert dialog.save.isEnabled()
    assert list(files.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_the_dialog(qtbot, page, context, files):
    context.actions["playback.export"].trigger()
    dialog = opened(qtbot, page)
    dialog.path.setText(str(files / "none" / "way.csv"))
    with qtbot.waitSignal(dialog.job.failed, timeout=WAIT_MS):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert "does not exist" in dialog.told.text()


def test_a_file_that_is_there_is_announced_before_it_is_replaced(qtbot, page, context, files):
    (files / "way.csv").write_text("older")
    context.actions["playback.export"].trigger()
    dialog = opened(qtbot, page)
    dialog.path.selectAll()
    qtbot.keyClicks(dialog.path, str(files / "way.csv"))
    assert "will be replaced" in dialog.told.text()


def test_the_day_sheet_is_saved_as_pdf(qtbot, page, context):
    context.actions["playback.day_sheet"].trigger()
    path = save(qtbot, opened(qtbot, page))
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert "鲁B·D0123" in path.name
    assert data.count(b"/Type /Page\n") >= 2


@pytest.mark.parametrize("kind", ["png", "png2", "svg"])
def test_the_speed_curve_is_saved_as_a_picture(qtbot, page, context, kind):
    context.actions["playback.save_curve"].trigger()
    dialog = opened(qtbot, page)
    dialog.format.setCurrentIndex(dialog.format.findData(kind))
    path = save(qtbot, dialog)
    if kind == "svg":
        text = path.read_text(encoding="utf-8")
        assert text.count("<polyline") + text.count("<path") > 5
        assert "Limit 50 km/h" in text
    else:
        scale = 2 if kind == "png2" else 1
        assert (QImage(str(path)).width(), QImage(str(path)).height()) == (1200 * scale, 400 * scale)


def test_the_map_is_saved_twice_as_sharp_and_copied(qtbot, page, context):
    context.actions["playback.save_map"].trigger()
    dialog = opened(qtbot, page)
    path = save(qtbot, dialog)
    size = page.exports._shown.canvas.size()
    image = QImage(str(path))
    assert (image.width(), image.height()) == (2 * size.width(), 2 * size.height())
    accent = context.theme.colour("accent").rgb()
    seen = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert accent in seen, "the way is on it"
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull(), timeout=WAIT_MS)


@pytest.mark.parametrize("what", ["print", "print_map"])
def test_day_sheet_and_map_come_up_as_a_preview_and_print_to_a_pdf_printer(qtbot, page, context, what, tmp_path):
    context.actions[f"playback.{what}"].trigger()
    dialog = opened(qtbot, page, QPrintPreviewDialog)
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.paintRequested.emit(printer)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF-")
    dialog.close()


def test_only_the_pages_asked_for_are_printed(context, day, tmp_path):
    from laixi_transport.ui.export.day_sheet.sheet import Sources, day_sheet
    from laixi_transport.ui.map.base_map import BaseMap

    document = day_sheet(day, Sources(BaseMap(), 0.0))
    sizes = {}
    for last in (1, 2):
        printer = printer_for(document)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / f"{last}.pdf"))
        printer.setFromTo(1, last)
        assert print_pages(document, printer) == 2
        del printer
        sizes[last] = (tmp_path / f"{last}.pdf").read_bytes().count(b"/Type /Page\n")
    assert sizes == {1: 1, 2: 2}


# Tables


@pytest.fixture
def table(qtbot, context):
    columns = (
        Column("plate", "Plate", text=lambda row: row[0]),
        Column("speed", "Speed km/h", text=lambda row: str(row[1]), numeric=True),
        Column("hidden", "Hidden", text=lambda row: "secret", hidden=True),
    )
    model = RowsModel(columns, key=lambda row: row[0], theme=context.theme)
    model.reset([(f"鲁B·D{n:04d}", n % 90) for n in range(600)])
    panel = Panel("Vehicles")
    qtbot.addWidget(panel)
    made = Table(model, context.theme)
    panel.body.addWidget(made)
    panel.resize(400, 300)
    panel.show()
    yield made
    Table.offers = ()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_table_is_saved_as_it_is_shown(qtbot, table, context, suffix):
    exports = TableExports(context, table.window())
    assert [title for title, _ in Table.offers] == ["Export the table…", "Print the table…"]
    table.rows.filter(lambda row: row[1] >= 10)
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    exports.save(table)
    dialog = opened(qtbot, table.window())
    dialog.format.setCurrentIndex(dialog.format.findData(suffix))
    path = save(qtbot, dialog)
    assert path.name == f"Vehicles_2026-06-10{suffix}"
    shown = sum(n % 90 >= 10 for n in range(600))
    assert f"{shown} rows" in dialog.told.text()
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, first, *rest = csv.reader(file)
        assert head == ["Plate", "Speed km/h"]
        assert first[1] == "89"
        assert len(rest) == shown - 1
    else:
        assert zipfile.ZipFile(path).testzip() is None


def test_the_table_in_front_is_found_and_named(table, context):
    exports = TableExports(context, table.window())
    assert front_table(table.window()) is table
    assert title_of(table) == "Vehicles"
    assert exports.parent() is table.window()


def test_a_long_table_prints_with_its_header_on_every_page(table, context, tmp_path):
    document = table_document(TableReader(table, "Vehicles").read_now(), "Laixi Transport")
    printer = printer_for(document)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "table.pdf"))
    assert print_pages(document, printer) > 10


def test_the_menu_of_a_header_offers_the_exports(qtbot, table, context):
    TableExports(context, table.window())
    table._choose_columns(table.horizontalHeader().rect().center())
    [menu] = table.findChildren(QMenu)
    actions = {action.text(): action for action in menu.actions()}
    actions["Export the table…"].trigger()
    assert opened(qtbot, table.window()).isVisible()
    menu.close()
