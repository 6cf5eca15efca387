from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import Footer, Input, OptionList

import console
from console.errors import ConfigError
from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.themes.check import check
from console.ui.themes.load import DEFAULT, WITHOUT_COLOR, LoadedTheme, bundled_dir, load_themes, read_theme
from console.ui.themes.palette import Palette, palette_of
from console.ui.themes.variables import COLORS, defaults
from tests.paths import REPO

THEMES = load_themes()
COLOURED = [loaded for loaded in THEMES.by_name.values() if not loaded.file.ansi]
NOT_TEXT = {"faint", "badge-text", "bar", "pane-border", "scroll", "cursor", "cursor-blurred"}
GOOD = """
name = "mine"
[base]
primary = "#7aa2f7"
foreground = "#ffffff"
background = "#000000"
"""


def luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    lights = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1.0: what protanopes and deuteranopes see, in linear light.
SEEN_BY = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def lab(color: str, eyes: str) -> tuple[float, float, float]:
    """CIE Lab (D65) of a colour as these eyes see it."""
    parsed = Color.parse(color)
    rgb = [
        (part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4)
        for part in parsed.rgb
    ]
    if eyes in SEEN_BY:
        rgb = [
            max(0.0, sum(weight * part for weight, part in zip(row, rgb, strict=True)))
            for row in SEEN_BY[eyes]
        ]
    red, green, blue = rgb
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, eyes: str) -> float:
    pairs = zip(lab(one, eyes), lab(other, eyes), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def named(loaded: LoadedTheme) -> str:
    return loaded.file.name


def test_the_themes_that_come_with_it() -> None:
    assert THEMES.problems == ()
    assert {"night", "day", "contrast", "dusk", "terminal", "mono"} <= set(THEMES.by_name)
    assert DEFAULT in THEMES.by_name
    assert WITHOUT_COLOR in THEMES.by_name
    assert any(not loaded.file.dark for loaded in THEMES.by_name.values())


@pytest.mark.parametrize("path", sorted(bundled_dir().glob("*.toml")), ids=lambda path: path.stem)
def test_bundled_themes_pass_the_check_that_the_start_leaves_out(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    check(data, path)
    assert data["name"] == path.stem


@pytest.mark.parametrize("loaded", THEMES.by_name.values(), ids=named)
def test_every_bundled_theme_says_all_its_colours(loaded: LoadedTheme) -> None:
    assert set(loaded.file.colors) == set(COLORS)
    assert loaded.path.stem == loaded.file.name
    assert loaded.file.title


def test_the_defaults_are_those_of_night() -> None:
    assert dict(COLORS) == THEMES.by_name["night"].file.colors


@pytest.mark.parametrize("loaded", COLOURED, ids=named)
def test_text_can_be_read(loaded: LoadedTheme) -> None:
    base, colors = loaded.file.base, loaded.file.colors
    on_cursor = 4.5 if loaded.file.name == "contrast" else 3.2
    texts = {name: color for name, color in colors.items() if name not in NOT_TEXT}
    for name, color in {**texts, "foreground": base["foreground"]}.items():
        assert contrast(color, base["background"]) >= 4.5, name
        assert contrast(color, colors["bar"]) >= 4.0, name
        assert contrast(color, colors["cursor"]) >= on_cursor, name
    for name in (*(f"sev-p{n}" for n in range(1, 5)), "sev-none", "next", "brand"):
        assert contrast(colors["badge-text"], colors[name]) >= 4.5, name


@pytest.mark.parametrize("loaded", COLOURED, ids=named)
def test_severities_are_told_apart(loaded: LoadedTheme) -> None:
    colors = loaded.file.colors
    for one, other in itertools.combinations([f"sev-p{n}" for n in range(1, 5)], 2):
        assert distance(colors[one], colors[other], "any") >= 15, (one, other)


@pytest.mark.parametrize("eyes", ["any", "protan", "deutan"])
@pytest.mark.parametrize(
    "names",
    [
        ("sev-p1", "sev-p2", "sev-p3", "sev-p4"),
        ("clock-ok", "clock-warn", "clock-late"),
        ("source-live", "source-stale", "source-failed"),
        ("step-done", "step-here", "step-failed"),
    ],
)
def test_the_high_contrast_theme_is_safe_for_colour_blind_eyes(eyes: str, names: tuple[str, ...]) -> None:
    colors = THEMES.by_name["contrast"].file.colors
    for one, other in itertools.combinations(names, 2):
        assert distance(colors[one], colors[other], eyes) >= 20, (one, other)


def test_the_theme_without_colours_has_none() -> None:
    file = THEMES.by_name["mono"].file
    assert set(file.colors.values()) == {"ansi_default"}
    assert file.styles["cursor"] == "reverse"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "not TOML"),
        ('name = "x"', "base: is missing"),
        (GOOD + '[colors]\nsev-pl = "#fff"', 'colors.sev-pl: no such colour, did you mean "sev-p'),
        (GOOD + '[colors]\nsev-p1 = "#ggg"', 'colors.sev-p1: "#ggg" is not a colour'),
        (GOOD + '[styles]\nsev-p1 = "blod"', 'styles.sev-p1: "blod" is not one of bold'),
        (GOOD.replace("primary", "primry"), "primary"),
        ("colour = 1\n" + GOOD, 'colour: no such key, did you mean "colors"?'),
        (GOOD.replace('"mine"', '"My Theme"'), "name:"),
        (GOOD + "[colors]\nsev-p1 = 3", "colors.sev-p1:"),
    ],
)
def test_a_bad_theme_is_explained_and_left_out(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_theme(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value).removeprefix(str(path)).split(": not TOML")[0]
    themes = load_themes(tmp_path)
    assert [str(problem) for problem in themes.problems] == [str(caught.value)]
    assert set(themes.by_name) == set(THEMES.by_name)


def test_an_unreadable_file_is_a_problem_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "b.toml").mkdir()
    assert len(load_themes(tmp_path).problems) == 2


def test_a_persons_theme_comes_after_ours_and_may_replace_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "night.toml").write_text(GOOD.replace("mine", "night"), encoding="utf-8")
    themes = load_themes(tmp_path)
    assert list(themes.by_name)[-1] == "mine"
    assert themes.by_name["night"].path.parent == tmp_path


def test_choosing() -> None:
    assert THEMES.choose(None) == ("night", None)
    assert THEMES.choose("day") == ("day", None)
    assert THEMES.choose("day", no_color=True) == ("mono", None)
    name, problem = THEMES.choose("nihgt")
    assert name == "night"
    assert 'did you mean "night"?' in str(problem)


def test_themes_lie_in_the_wheel_or_beside_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["force-include"]["themes"] == "console/themes"
    assert bundled_dir() == REPO / "themes"
    package = tmp_path / "site-packages" / "console"
    (package / "themes").mkdir(parents=True)
    monkeypatch.setattr(console, "__file__", str(package / "__init__.py"))
    assert bundled_dir() == package / "themes"


class Everything(TerminalSafeApp[None]):
    """Textual's own widgets, drawn in one of our themes."""

    CSS = "Input { border: tall $pane-border-focus; color: $sev-p1; text-style: $clock-late-style; }"

    def compose(self) -> ComposeResult:
        yield Input("text")
        yield OptionList("one", "two")
        yield Footer()


@pytest.mark.parametrize("name", sorted(THEMES.by_name))
async def test_every_theme_can_be_drawn_and_changed_to(name: str) -> None:
    app = Everything()
    for theme in THEMES.textual():
        app.register_theme(theme)
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        app.theme = name
        app.notify("drawn too", markup=False)
        await pilot.pause()
        palette = palette_of(app)
        for variable in COLORS:
            palette.style(f"{variable} on {variable}")
            palette.style(f"badge-{variable} bold")
        assert app.export_screenshot()


def test_a_palette_reads_words() -> None:
    palette = Palette({**defaults(), "foreground": "#ffffff", "clock-late-style": "underline"})
    assert str(palette.style("clock-late bold")) == "bold underline #f7768e"
    assert str(palette.style("on cursor")) == "on #283457"
    assert str(palette.style("badge-sev-p1")) == "bold #10131a on #f7768e"
    assert palette.style("clock-late bold") is palette.style("clock-late bold")
    with pytest.raises(KeyError):
        palette.style("no-such-colour")


def test_a_palette_without_colours_uses_attributes() -> None:
    variables = {
        **dict.fromkeys(COLORS, "ansi_default"),
        "foreground": "ansi_default",
        "cursor-style": "reverse",
    }
    palette = Palette(variables)
    assert str(palette.style("sev-p1")) == "none"
    assert str(palette.style("badge-sev-p1")) == "bold reverse"
    assert str(palette.style("on cursor")) == "reverse"


async def test_a_palette_is_made_anew_for_a_new_theme() -> None:
    app: App[None] = Everything()
    for theme in THEMES.textual():
        app.register_theme(theme)
    async with app.run_test() as pilot:
        app.theme = "night"
        await pilot.pause()
        night = palette_of(app)
        assert palette_of(app) is night
        app.theme = "day"
        await pilot.pause()
        assert palette_of(app).style("name") != night.style("name")
