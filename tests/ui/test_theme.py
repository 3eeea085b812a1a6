"""Colours, style sheet, fonts and icons."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QCalendarWidget, QComboBox, QMainWindow, QScrollBar, QTableView, QToolTip

import laixi_transport
from laixi_transport.ui.resources import resource
from laixi_transport.ui.theme import Theme, fonts, icons, style_sheet
from laixi_transport.ui.theme.tokens import GROUNDS, PALETTES, WORDS, contrast
from tools.make_icons import FEATURES, NAMES, pictures

READABLE = 4.5
PRODUCT = Path(laixi_transport.__file__).parent


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_readable_on_every_ground(name, ground, word):
    palette = PALETTES[name]
    assert contrast(getattr(palette, word), getattr(palette, ground)) >= READABLE


@pytest.mark.parametrize("name", PALETTES)
def test_words_on_accent_and_map_are_readable(name):
    palette = PALETTES[name]
    assert contrast(palette.on_accent, palette.accent) >= READABLE
    assert contrast(palette.on_accent, palette.accent_text) >= READABLE
    assert contrast(palette.map_label, palette.map_land) >= READABLE
    assert contrast(palette.map_label, palette.map_ground) >= READABLE


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_the_style_sheet_knows_every_token_and_every_picture(palette):
    sheet = style_sheet.style_sheet(palette)
    assert "@" not in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert resource(path).is_file(), path


def test_the_style_sheet_sets_no_font_on_everything():
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet.style_sheet(PALETTES["dark"]), flags=re.DOTALL)
    assert "font-family" not in sheet
    assert not re.search(r"(^|[},\s])\*\s*\{", sheet)


def test_every_picture_of_the_style_sheet_is_as_the_tool_draws_it():
    for path, drawing in pictures().items():
        assert path.read_text(encoding="utf-8") == drawing, path


def test_every_icon_is_shipped_and_no_other():
    shipped = {path.stem for path in resource("icons").glob("*.svg")}
    assert shipped == {*NAMES, *FEATURES}


def test_every_shipped_icon_is_used():
    source = "\n".join(path.read_text(encoding="utf-8") for path in PRODUCT.rglob("*.py"))
    style = {name for name, _ in style_sheet.PICTURES}
    assert [name for name in NAMES if name not in style and f'"{name}"' not in source] == []


def test_icons_take_the_colour_of_the_palette(application):
    picture = icons.pixmap("player-play", "#FF0000", 24).toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(24) for y in range(24) if picture.pixelColor(x, y).alpha() > 250
    }
    assert colours == {"#ff0000"}


@pytest.mark.parametrize("name", PALETTES)
def test_no_widget_shines_in_a_colour_of_its_own(theme, qtbot, name):
    theme.choose(name)
    palette = theme.palette
    known = {getattr(palette, colour).lower() for colour in (*GROUNDS, "line", "accent")}
    for make in (QTableView, QComboBox, QCalendarWidget, QScrollBar):
        window = QMainWindow()
        qtbot.addWidget(window)
        window.setCentralWidget(make())
        window.resize(300, 200)
        window.show()
        picture = window.grab().toImage()
        corners = [(1, picture.height() - 2), (picture.width() - 2, picture.height() - 2), (picture.width() // 2, 1)]
        for x, y in corners:
            colour = picture.pixelColor(x, y).name()
            lightness = contrast(colour.upper(), palette.window)
            assert colour in known or lightness < 2.2, (make.__name__, x, y, colour)


def test_the_palette_covers_disabled_words_and_tooltips(theme):
    palette = QApplication.palette()
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled.name().upper() == theme.palette.disabled
    assert palette.color(QPalette.ColorRole.ToolTipBase).name().upper() == theme.palette.raised
    assert QToolTip.palette() is not None


def test_a_chosen_theme_is_remembered(application, settings):
    Theme(settings).choose("light")
    assert Theme(settings).name == "light"


def test_a_change_is_told_once(application, settings, qtbot):
    theme = Theme(settings)
    told = []
    theme.changed.connect(lambda: told.append(theme.name))
    theme.choose("light")
    theme.choose("light")
    assert told == ["light"]


def test_an_unknown_theme_is_refused(application):
    with pytest.raises(ValueError, match="pink"):
        Theme().choose("pink")


def test_following_the_system_takes_its_scheme(application, settings):
    theme = Theme(settings)
    theme.choose("system")
    wanted = "light" if application.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"
    assert theme.name == wanted
    assert theme.choice == "system"


@pytest.fixture
def locale():
    """Set the language of the program for one test."""
    before = QLocale()
    yield QLocale.setDefault
    QLocale.setDefault(before)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(("language", "family"), [("zh_CN", fonts.FAMILY), ("en", fonts.LATIN_FAMILY)])
def test_the_shipped_font_of_the_language_is_the_one_in_use(application, locale, bold, language, family):
    locale(QLocale(language))
    font = fonts.interface_font(13, bold=bold)
    assert QFontInfo(font).family() == family


def test_quotes_are_narrow_in_english_and_as_wide_as_a_sign_in_chinese(application, locale):
    def width(language, text):
        locale(QLocale(language))
        return QFontMetricsF(fonts.interface_font(20)).horizontalAdvance(text)

    for sign in "“”‘’":
        assert width("en", sign) < 14
        assert round(width("zh_CN", sign)) == 20
    assert width("en", "莱西") == width("zh_CN", "莱西")


@pytest.mark.parametrize("name", [fonts.LATIN_REGULAR, fonts.LATIN_BOLD])
def test_the_latin_font_has_no_chinese_sign_so_that_all_of_them_look_alike(application, name):
    raw = QRawFont(str(resource("fonts", name)), 13)
    assert raw.supportsCharacter(ord("é"))
    assert not raw.supportsCharacter(ord("西"))


@pytest.mark.parametrize("name", [fonts.REGULAR, fonts.BOLD])
def test_the_shipped_font_has_every_sign_of_a_bureau(application, name):
    raw = QRawFont(str(resource("fonts", name)), 13)
    for sign in "莱西智慧交通监管超速报警鲁京津冀喆堃镕囧·•–—…“”×÷±°≥≤→←↑↓■▲●★（），：；①km²":
        assert raw.supportsCharacter(ord(sign)), sign


def test_digits_all_have_one_width(application):
    metrics = QFontMetricsF(fonts.interface_font(13))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_fonts_and_icons_carry_their_licences():
    assert "SIL OPEN FONT LICENSE" in resource("fonts", "OFL.txt").read_text(encoding="utf-8")
    assert "MIT License" in resource("icons", "LICENSE.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in resource("fonts").glob("*.otf")) < 12e6


def test_a_scaled_theme_has_larger_text(application):
    small = style_sheet.style_sheet(PALETTES["dark"], 1.0)
    large = style_sheet.style_sheet(PALETTES["dark"], 1.5)
    assert "font-size: 12px" in small
    assert "font-size: 18px" in large
