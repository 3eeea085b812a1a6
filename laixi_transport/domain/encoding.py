"""Bytes of text files, as spreadsheets on Chinese machines write them."""

import re

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PLATES_MISREAD = re.compile("(?:[\0-\x7f]|[\u00b3\u0525](?=[A-Z]))*")


def decode_file(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or GB 18030; UnicodeDecodeError if it is none of them.

    A file in GBK whose only Chinese are plates can be valid UTF-8 by accident: 鲁 is C2 B3, which is “³” there, and 豫
    is D4 A5. So a text with nothing but those beside ASCII, each before the letter of a plate, is GB 18030.
    """
    if data.startswith(UTF_16):
        return data.decode("utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
    if not text.isascii() and _PLATES_MISREAD.fullmatch(text):
        return data.decode("gb18030")
    return text
