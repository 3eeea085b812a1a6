"""The kernels on the disk: compiled once, again when their sources change, and said when they cannot be kept."""

import json
import logging
import os
import subprocess
import sys

import pytest

from laixi_transport.ui.map.raster import kernel, loading


@pytest.fixture
def stamp(tmp_path, monkeypatch):
    path = tmp_path / "kernels.json"
    monkeypatch.setattr(loading, "stamp_path", lambda: path)
    return path


def test_without_a_stamp_nothing_is_compiled_yet(stamp):
    assert not loading.compiled()


def test_a_stamp_of_these_sources_holds_while_its_files_are_there(stamp, tmp_path):
    file = tmp_path / "stroke.nbi"
    file.touch()
    stamp.write_text(json.dumps({"digest": loading.digest(), "files": [str(file)]}))
    assert loading.compiled()
    file.unlink()
    assert not loading.compiled()


@pytest.mark.parametrize("text", ["", "[]", '{"digest": 1}', '{"digest": "other", "files": []}', "\x00"])
def test_a_broken_stamp_is_none(stamp, text):
    stamp.write_text(text)
    assert not loading.compiled()


def test_neither_the_map_nor_the_desktop_imports_numba_at_start():
    code = "import sys, laixi_transport.app.desktop, laixi_transport.ui.map.view; print('numba' in sys.modules)"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "False"


@pytest.mark.expects_warnings("kept on disk")
def test_a_folder_that_cannot_be_written_is_told_once_and_the_kernel_works(monkeypatch, caplog):
    def no_folder(self):
        raise RuntimeError("no locator available")

    monkeypatch.setattr(kernel, "_told", False)
    monkeypatch.setattr("numba.core.dispatcher.Dispatcher.enable_caching", no_folder)
    with caplog.at_level(logging.WARNING):
        made = [kernel.kernel("int64(int64)")(lambda value: value + 1) for _ in range(2)]
    assert [one(1) for one in made] == [2, 2]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert "cannot be kept on disk" in told[0]
