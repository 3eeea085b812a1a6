"""The pages of docs/protocols say what the program does."""

import doctest
import re
from pathlib import Path

import pytest

from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.position_items import POSITION_ITEMS
from tools.protocol_docs import FOLDER, main
from tools.protocol_pages import PAGES, page_text

NAMES = [page.name for page in PAGES]


def test_the_pages_are_up_to_date():
    assert main(["check"]) == 0


def test_a_page_that_is_not_is_found(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("tools.protocol_docs.FOLDER", tmp_path)
    assert main(["write"]) == 0
    assert main(["check"]) == 0
    (tmp_path / "jsatl.md").write_text("old", encoding="utf-8")
    assert main(["check"]) == 1
    assert "jsatl.md" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(page):
    anchors = {name: set(re.findall(r'<a id="([^"]+)">', (FOLDER / f"{name}.md").read_text("utf-8"))) for name in NAMES}
    for target, anchor in re.findall(r"\]\(([\w.]*)#([\w-]+)\)", page_text(page)):
        assert anchor in anchors[Path(target).stem or page.name], f"{target}#{anchor}"


def test_every_message_has_its_place():
    pages = "".join((FOLDER / f"{name}.md").read_text("utf-8") for name in NAMES)
    for number, message in MESSAGES.items():
        assert f"### 0x{number:04X} {message.TITLE}" in pages
    for number, item in POSITION_ITEMS.items():
        assert f"### 0x{number:02X} {item.TITLE}" in pages


def test_the_worked_examples_run():
    messages, items = MESSAGES.copy(), POSITION_ITEMS.copy()
    try:
        result = doctest.testfile(str(FOLDER / "README.md"), module_relative=False, encoding="utf-8")
    finally:
        for table, before in ((MESSAGES, messages), (POSITION_ITEMS, items)):
            table.clear()
            table.update(before)
    assert result.attempted > 20
    assert result.failed == 0
