"""What holds authentication codes is for the eyes of its owner."""

import logging
import os
import stat

import pytest

from laixi_transport.app.cli import main
from laixi_transport.app.demo import run_demo_headless
from laixi_transport.app.folders import make_private
from laixi_transport.app.logs import start_logging, stop_logging_to

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")


@pytest.fixture(autouse=True)
def umask():
    """Return to a usual umask after the test; it is one of the whole process."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_that_are_made_are_private_and_those_that_were_there_stay_as_they_are(tmp_path):
    given = tmp_path / "given"
    given.mkdir(mode=0o755)
    make_private(given / "data" / "profile")
    make_private(given)
    assert [mode(given / name) for name in (".", "data", "data/profile")] == [0o755, 0o700, 0o700]


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="File exists"):
        make_private(tmp_path / "file")
    with pytest.raises(OSError, match="Not a directory"):
        make_private(tmp_path / "file" / "profile")


def test_logs_are_private_also_after_they_were_turned_over(tmp_path):
    path = start_logging(tmp_path / "logs")
    (handler,) = (one for one in logging.getLogger().handlers if getattr(one, "baseFilename", "") == str(path))
    logging.getLogger("test").info("first")
    handler.doRollover()
    logging.getLogger("test").info("second")
    stop_logging_to(tmp_path / "logs")
    assert {file.name: mode(file) for file in path.parent.iterdir()} == {"laixi.log": 0o600, "laixi.log.1": 0o600}
    assert mode(path.parent) == 0o700


def test_nobody_else_reads_what_a_demonstration_leaves(tmp_path):
    profile = tmp_path / "profile"
    run_demo_headless(0.5, profile)
    assert mode(profile) == 0o700
    assert {mode(file) for file in profile.iterdir()} == {0o600}


def test_a_folder_for_media_that_cannot_be_made_is_told_before_anything_listens(tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.write_bytes(b"a file")
    command = ["gateway", "--database", f"sqlite:///{tmp_path / 'laixi.db'}", "--listen", "127.0.0.1:0"]
    assert main([*command, "--media", str(taken / "media")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"The folder {taken / 'media'} for media of terminals cannot be made" in err
    assert not (tmp_path / "laixi.db").exists()
