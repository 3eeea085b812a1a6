"""Names of files as they may stand in a folder, made of names that somebody sends."""

import hashlib
import re

MAX_CHARACTERS = 96
_UNSAFE = re.compile(r"[^\w.\-]+")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def safe_name(name: str) -> str:
    """Return a name that means nothing to any file system; different names stay different.

    A name of letters, digits, "_", "-" and single dots inside is left as it is, others get a mark that is made of the
    whole name. Nothing can name another folder, a device of Windows or a hidden file.
    """
    safe = _UNSAFE.sub("_", name).strip("._ ")
    if _RESERVED.match(safe):
        safe = f"_{safe}"
    stem, dot, suffix = safe.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, dot, suffix = safe, "", ""
    if safe == name and len(safe) <= MAX_CHARACTERS:
        return safe
    mark = hashlib.sha256(name.encode("utf-8", errors="surrogatepass")).hexdigest()[:10]
    return f"{stem[: MAX_CHARACTERS - 20]}-{mark}{dot}{suffix}"
