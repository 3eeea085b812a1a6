"""Text inside XML 1.0."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape

_NOT_ALLOWED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return text escaped for an element or an attribute in double quotes; what XML cannot hold becomes U+FFFD."""
    return escape(_NOT_ALLOWED.sub("\ufffd", text), {'"': "&quot;"})


def write_parts(path: Path, write_body: Callable[[IO[str]], None], head: Callable[[], str], tail: str) -> None:
    """Write a file whose head is known only when its body is done: the body waits in a nameless file beside it."""
    with TemporaryFile("w+", encoding="utf-8", newline="\n", dir=path.parent) as body:
        write_body(body)
        body.seek(0)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(head())
            shutil.copyfileobj(body, file)
            file.write(tail)
