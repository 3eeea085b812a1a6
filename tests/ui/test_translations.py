"""Chinese is complete, and no translation can break a function."""

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QDialogButtonBox

from laixi_transport.domain.problem import Problem
from laixi_transport.ui.language import Languages
from laixi_transport.ui.problems import describe
from tools.translations import COMPILED, Message, check, compile_, faults, messages

PRODUCT = Path(__file__).resolve().parents[2] / "laixi_transport"
MARKERS = {"tr", "translate", "QT_TRANSLATE_NOOP"}


def test_the_chinese_translation_is_complete_and_fresh():
    assert check() == []


def words(text):
    """Return what is left of a text without placeholders and units, which are the same everywhere."""
    return re.sub(r"\{[^{}]*\}|km/h|%", "", text)


def test_no_translation_leaves_latin_words_where_chinese_belongs():
    left = [m.name for m in messages() if re.search("[a-z]", words(m.source)) and m.translation.isascii()]
    assert left == []


def test_compiling_leaves_the_file_alone_that_a_running_program_reads(tmp_path):
    target = tmp_path / "laixi_zh_CN.qm"
    target.write_bytes(b"as it was")
    with target.open("rb") as held:
        compile_(target=target)
        assert held.read() == b"as it was"
    assert target.read_bytes()[:4] == COMPILED.read_bytes()[:4]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "entry",
    [
        Message("A", "{n} new", "{m} 条新的", ""),
        Message("A", "{n} new", "新的", ""),
        Message("A", "%1 of %2", "%1", ""),
        Message("A", "new", "", "unfinished"),
        Message("A", "new", "新的", "vanished"),
    ],
)
def test_a_translation_that_would_break_is_found(entry):
    assert len(faults([entry])) == 1


def test_a_right_translation_is_no_fault():
    assert faults([Message("A", "{n} of {total}", "共 {total}，{n}", "")]) == []


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in MARKERS:
                yield node


@pytest.mark.parametrize("path", sorted(PRODUCT.rglob("*.py")), ids=lambda path: str(path.relative_to(PRODUCT)))
def test_no_text_is_hidden_from_the_translation_tool(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside = [call for call in calls(node) if any(isinstance(a, ast.Constant) for a in call.args)]
            assert not inside, f"line {node.lineno}: a translated text inside an f-string is skipped by lupdate"
    for call in calls(tree):
        assert not any(isinstance(a, ast.JoinedStr) for a in call.args), (
            f"line {call.lineno}: an f-string is translated"
        )


@pytest.fixture
def chinese(qapp):
    languages = Languages(qapp)
    languages.choose("zh_CN")
    yield languages
    languages.choose("en")
    QLocale.setDefault(QLocale.c())


def test_faults_are_told_in_chinese(chinese):
    template = next(m for m in messages() if m.context == "Problem" and "{path}" in m.source)
    values = {place.strip("{}"): "X" for place in re.findall(r"\{[^{}]*\}", template.source)}
    said = describe(Problem(template.source, **values))
    assert said != str(Problem(template.source, **values))
    assert "X" in said


def test_the_dialogs_of_qt_are_chinese_too(chinese, qtbot):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert "取消" in box.button(QDialogButtonBox.StandardButton.Cancel).text()


def test_returning_to_english_takes_the_chinese_texts_away(chinese):
    assert QCoreApplication.translate("Feature", "Live") == "实时监控"
    chinese.choose("en")
    assert QCoreApplication.translate("Feature", "Live") == "Live"


def test_an_unknown_language_is_refused(qapp):
    with pytest.raises(ValueError, match="xx"):
        Languages(qapp).choose("xx")
