"""Make the shipped typeface from Noto Sans CJK: the signs of GBK, Latin, punctuation and the arrows in use.

Beside it a small one of Latin alone, from the Korean face, whose quotes and dots are as narrow as Latin text wants;
the Chinese face makes them as wide as a sign.

``python -m tools.make_fonts DIRECTORY`` with NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc (Debian's package
fonts-noto-cjk). The result is renamed, so that it never mixes with a system font of the same name.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
FAMILY = "Laixi Sans SC"
SOURCE_NAME = "Noto Sans CJK SC"
LATIN_FAMILY = "Laixi Sans Latin"
LATIN_SOURCE_NAME = "Noto Sans CJK KR"
LATIN = (range(0x20, 0x7F), range(0xA0, 0x180), range(0x2010, 0x2028))
WEIGHTS = {"Regular": ("NotoSansCJK-Regular.ttc", 400), "Bold": ("NotoSansCJK-Bold.ttc", 700)}
FEATURES = ["kern", "tnum", "pnum", "ccmp", "mark", "mkmk"]
"""No ``locl`` and ``vert``: the closure over them would bring in the Japanese and Taiwanese forms of every sign."""
EXTRA = (
    range(0x20, 0x7F),  # Latin
    range(0xA0, 0x180),
    range(0x2010, 0x2028),  # dashes, quotes, ellipsis
    range(0x2030, 0x2040),
    range(0x2070, 0x20A0),  # superscripts
    range(0x2190, 0x219A),  # arrows
    range(0x2200, 0x2270),  # mathematical signs
    range(0x2460, 0x2474),  # circled numbers
    range(0x25A0, 0x25D0),  # squares, triangles, circles
    range(0x3000, 0x3020),  # CJK punctuation
    range(0xFF01, 0xFF5F),  # full width
)


def repertoire() -> set[int]:
    """Return the code points to keep: all of GBK, and the extra ones."""
    points = {point for span in EXTRA for point in span} | {0x20AC, 0x2009, 0x202F, 0x2103, 0x2116, 0x2713}
    for high in range(0x81, 0xFF):
        for low in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            try:
                points.add(ord(bytes((high, low)).decode("gbk")))
            except UnicodeDecodeError:
                continue
    return points


def make(source: Path, weight: str, *, latin: bool = False) -> Path:
    """Write one weight of a family and return its path."""
    file_name, css_weight = WEIGHTS[weight]
    wanted, family = (LATIN_SOURCE_NAME, LATIN_FAMILY) if latin else (SOURCE_NAME, FAMILY)
    collection = TTCollection(str(source / file_name), lazy=True)
    font = next(f for f in collection.fonts if f["name"].getDebugName(1) == wanted)
    if latin:
        _narrow(font)
    options = subset.Options(
        layout_features=FEATURES, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], hinting=False, desubroutinize=False
    )
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={point for span in LATIN for point in span} if latin else repertoire())
    cutter.subset(font)
    _rename(font, family, weight, css_weight)
    target = RESOURCES / "fonts" / f"{family.lower().replace(' ', '-')}-{weight.lower()}.otf"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(str(target))
    return target


def _narrow(font: TTFont) -> None:
    """Have the signs that are as wide as a Chinese one drawn by their proportional forms (feature pwid)."""
    features = font["GSUB"].table.FeatureList.FeatureRecord
    lookups = {at for record in features if record.FeatureTag == "pwid" for at in record.Feature.LookupListIndex}
    narrow: dict[str, str] = {}
    for at in lookups:
        for table in font["GSUB"].table.LookupList.Lookup[at].SubTable:
            narrow |= getattr(table, "ExtSubTable", table).mapping
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:
            table.cmap = {point: narrow.get(glyph, glyph) for point, glyph in table.cmap.items()}


def _rename(font: TTFont, family: str, weight: str, css_weight: int) -> None:
    """Give the subset a name of its own; the licence's name records stay."""
    script = f"{family.replace(' ', '')}-{weight}"
    texts = {1: family, 2: weight, 3: f"{script};1", 4: f"{family} {weight}", 6: script}
    for record in list(font["name"].names):
        if record.nameID in texts and (record.platformID, record.langID) != (3, 0x409):
            font["name"].removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    for name_id, text in texts.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = css_weight
    table = font["CFF "].cff
    table.fontNames = [script]
    top = table.topDictIndex[0]
    for key in ("FamilyName", "FullName"):
        if hasattr(top, key):
            setattr(top, key, family if key == "FamilyName" else f"{family} {weight}")


def main(arguments: list[str]) -> int:
    """Run the tool."""
    for weight, latin in ((weight, latin) for latin in (False, True) for weight in WEIGHTS):
        path = make(Path(arguments[0]), weight, latin=latin)
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
