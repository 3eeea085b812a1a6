"""Translations: ``update`` finds the texts, ``compile`` makes what Qt reads, ``check`` finds what is missing.

``python -m tools.translations update|compile|check``
"""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "laixi_transport"
CATALOGUE = ROOT / "resources" / "i18n" / "laixi_zh_CN.ts"
COMPILED = CATALOGUE.with_suffix(".qm")
PLACE = re.compile(r"%(?:L?\d+|n)|\{[^{}]*\}")


class Message(NamedTuple):
    """One entry of the catalogue."""

    context: str
    source: str
    translation: str
    state: str  # "", "unfinished", "vanished" or "obsolete"

    @property
    def name(self) -> str:
        """Say which one it is."""
        return f"{self.context}: {self.source!r}"


def messages(catalogue: Path = CATALOGUE) -> list[Message]:
    """Read a catalogue."""
    found = []
    for context in ET.parse(catalogue).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name", "")
        for entry in context.iter("message"):
            translation = entry.find("translation")
            if translation is not None:
                text, state = translation.text or "", translation.get("type", "")
                found.append(Message(name, entry.findtext("source", ""), text, state))
    return found


def places(text: str) -> list[str]:
    """Return the placeholders of a text, in no order."""
    return sorted(PLACE.findall(text))


def faults(entries: list[Message]) -> list[str]:
    """Say what is wrong with a catalogue."""
    found = []
    for entry in entries:
        if not entry.context:
            found.append(f"{entry.source!r} has no context: call translate(context, text) by that name, not by tr")
        if entry.state or not entry.translation.strip():
            found.append(f"{entry.name} is {entry.state or 'empty'}")
        elif places(entry.source) != places(entry.translation):
            found.append(f"{entry.name} has other placeholders in its translation {entry.translation!r}")
    return found


def update(catalogue: Path = CATALOGUE) -> None:
    """Bring the catalogue up to the texts in the source; texts that are gone leave it."""
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(str(path.relative_to(ROOT)) for path in SOURCE.rglob("*.py"))
    _run(
        "lupdate", "-silent", "-locations", "none", "-no-obsolete", "-source-language", "en",
        "-target-language", "zh_CN", *files, "-ts", str(catalogue),
    )  # fmt: skip


def compile_(catalogue: Path = CATALOGUE, target: Path = COMPILED) -> None:
    """Make what Qt reads.

    A program that runs has the old file in its memory and would die of another one in the same place, so the new one
    takes its name.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _run("lrelease", "-silent", str(catalogue), "-qm", str(fresh))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def check() -> list[str]:
    """Return everything that is wrong: texts without translation, other placeholders, an old compiled file."""
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / CATALOGUE.name
        now.write_bytes(CATALOGUE.read_bytes())
        update(now)
        known = {(m.context, m.source) for m in messages()}
        wanted = {(m.context, m.source) for m in messages(now)}
        found = [f"{context}: {source!r} is not in the catalogue" for context, source in sorted(wanted - known)]
        found += [f"{context}: {source!r} is no longer in the source" for context, source in sorted(known - wanted)]
        found += faults(messages())
        fresh = Path(folder) / COMPILED.name
        compile_(CATALOGUE, fresh)
        if not COMPILED.is_file() or fresh.read_bytes() != COMPILED.read_bytes():
            found.append(f"{COMPILED.name} is older than {CATALOGUE.name}: run python -m tools.translations compile")
    return found


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    """Run one of the three."""
    match arguments:
        case ["update"]:
            update()
            left = [entry for entry in messages() if entry.state or not entry.translation]
            print(f"{len(messages())} texts, {len(left)} to be translated")
        case ["compile"]:
            compile_()
        case ["check"]:
            found = check()
            print("\n".join(found) or "complete")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
