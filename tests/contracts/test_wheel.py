"""The installed program has everything that it opens at run time."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_holds_every_resource_and_migration(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    # From a copy, so that the build leaves nothing behind in the tree and sees no earlier build.
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if name.startswith(("laixi_transport/", "resources/")) or "/" not in name:
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", tmp_path, source], check=True)
    [wheel] = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"laixi_transport/{name.relative_to(source)}" for name in (source / "resources").rglob("*") if name.is_file()
    }
    wanted |= {str(name.relative_to(source)) for name in (source / "laixi_transport").rglob("*") if name.is_file()}
    assert wanted - inside == set()
