"""The windows on two real screens of the offscreen platform, which takes them from a file when a process starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCREENS = {
    "screens": [
        {
            "name": "desk",
            "x": 0,
            "y": 0,
            "width": 1366,
            "height": 768,
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 1,
        },
        {
            "name": "second",
            "x": 1366,
            "y": -200,
            "width": 1920,
            "height": 1080,
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 2,
        },
    ]
}


def test_windows_find_their_places_on_two_screens(tmp_path):
    config = tmp_path / "screens.json"
    config.write_text(json.dumps(SCREENS), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            str(Path(__file__).with_name("on_two_screens.py")),
            "-q",
            "-p",
            "no:cacheprovider",
        ],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config.as_posix()}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
