from __future__ import annotations

from pathlib import Path

import pytest

from console.config import find as module
from console.config.find import find
from console.config.load import load
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM, loaded


def complaint(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(text)
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


def test_a_team_config_loads_without_a_warning() -> None:
    config = loaded()
    assert config.warnings == ()
    assert [options.interval.total_seconds() for options in config.options] == [15]
    assert config.config.me.id == "asha"


def test_an_empty_file_loads_and_says_what_is_missing() -> None:
    config = loaded("")
    assert config.config.people == ()
    assert config.warnings == ("oncall.toml: no [[sources]]: only incidents that people report will show",)


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    text = TEAM + SOURCE + 'intervall = "15s"\n'
    line = text.count("\n")
    assert complaint(text) == [
        f'oncall.toml:{line}: [[sources]] #1 "prod": unknown key "intervall" — did you mean "interval"?'
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[notifi]\n", "oncall.toml:1: unknown section [notifi]"),
        ("[grupping]\n", 'oncall.toml:1: unknown section [grupping] — did you mean "grouping"?'),
        ('[me]\nide = "x"\n', 'oncall.toml:2: [me]: unknown key "ide" — did you mean "id"?'),
        (
            '\n[sla.P1]\nack = "5 min"\n',
            'oncall.toml:3: [sla.P1]: ack: "5 min" is not a duration; write it like',
        ),
        ("[sla.P1]\nack = 5\n", "oncall.toml:2: [sla.P1]: ack: 5 is not a duration"),
        ("sla.P2.pausable = 'perhaps'\n", "oncall.toml:1: [sla.P2]: pausable: must be true or false"),
        ("[sla]\nP5 = {}\n", 'oncall.toml:2: [sla]: unknown key "P5" (there is P1, P2, P3, P4, nudge_answer'),
        ("[sla]\nwarn_ack = 2\n", "oncall.toml:2: [sla]: warn_ack: must be less than 1"),
        ("[people]\nid = 'a'\n", "oncall.toml:1: [people]: is a list of tables; write [[people]]"),
        ("[[me]]\nid = 'a'\n", "oncall.toml:1: me: is one table; write [me]"),
        ("[[people]]\nname = 'A'\n", 'oncall.toml:1: [[people]] #1 "A": "id" is missing'),
        ("[[people]]\nid = 'a b'\n", 'oncall.toml:2: [[people]] #1 "a b": id: must be one word'),
        ("[[people]]\nid = 5\n", "oncall.toml:2: [[people]] #1: id: must be text in quotes"),
        ("[ui]\nglyphs = 'fancy'\n", 'oncall.toml:2: [ui]: glyphs: must be "auto", "unicode" or "ascii"'),
        ("[[sources]]\nname = 'x'\n", 'oncall.toml:1: [[sources]] #1 "x": "kind" is missing'),
        (
            "[[sources]]\nkind = 'alertmanger'\nname = 'x'\n",
            'oncall.toml:2: [[sources]] #1 "x": kind: unknown kind "alertmanger" — did you mean "alertmanager"?',
        ),
        ("me = \n", "oncall.toml:1: not valid TOML: Invalid value (column 6)"),
        ("[me]\nid = 'a'\n[me]\n", "oncall.toml:3: not valid TOML: Cannot declare"),
        ("a = [1,\n2", "oncall.toml:2: not valid TOML: Unclosed array"),
        pytest.param("a = " + "[" * 9000, "not valid TOML", id="deep"),
    ],
)
def test_one_line_says_what_is_wrong_and_where(text: str, expected: str) -> None:
    (line,) = complaint(text)
    assert expected in line


def test_all_problems_are_told_in_order_of_lines_and_at_most_ten() -> None:
    lines = complaint("".join(f"[[people]]\nid = {n}\n" for n in range(15)))
    assert lines[0].startswith("oncall.toml:2: ")
    assert lines[9].startswith("oncall.toml:20: ")
    assert lines[10:] == ["… and 5 more"]
    text = TEAM + SOURCE + "tls = { cb = 1 }\n[[services]]\nname = 's'\n[grouping]\nbye = 1\n"
    assert [line.split(" ")[1] for line in complaint(text)] == ["[[sources]]", "[[services]]", "[grouping]:"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('notify = ["secondary"]', 'notify = ["secondry"]', 'levels #2.notify #1: "secondry" is no role'),
        ('notify = ["dewi"]', "notify = []", "levels #3: has neither notify nor channels"),
        ('after = "10m"', 'after = "4m"', 'levels are not in order: "4m" comes after "5m"'),
        ('id = "budi"', 'id = "asha"', 'id: "asha" is in [[people]] already (oncall.toml:5)'),
        ('id = "payments"', 'id = "pay"', 'team: no [[teams]] has the id "payments"'),
    ],
)
def test_tables_are_checked_against_each_other(before: str, after: str, expected: str) -> None:
    assert before in TEAM
    lines = complaint(TEAM.replace(before, after, 1) + SOURCE)
    assert any(expected in line and line.startswith("oncall.toml:") for line in lines), lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEAM.replace('id = "asha"', 'id = "ash"', 1), '[me]: id: no [[people]] has the id "ash"'),
        (
            TEAM + '[[services]]\nname="s"\nteam="payments"\ndepends_on = ["payment"]\n',
            'did you mean "payments"?',
        ),
        (
            TEAM + '[[teams]]\nid = "search"\n',
            '[[teams]] #2 "search": has no [[escalation]]: nobody is ever paged',
        ),
        (TEAM.split("[[escalation]]")[0], "the default chain pages primary and secondary"),
    ],
    ids=["me", "depends_on", "team", "chain"],
)
def test_doubtful_things_are_warnings(text: str, expected: str) -> None:
    (warning,) = loaded(text + SOURCE).warnings
    assert expected in warning


def test_a_literal_secret_is_warned_about_and_refused_where_others_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "oncall.toml"
    file.write_text(SOURCE + 'token = "hunter2"\n')
    file.chmod(0o600)
    (warning,) = load(file).warnings
    assert "token: is a secret in the file itself" in warning
    file.chmod(0o644)
    with pytest.raises(
        ConfigError, match=rf"oncall\.toml:6: .*token: .*others may read; chmod 600 {file}"
    ) as caught:
        load(file)
    assert "hunter2" not in str(caught.value)


def test_a_wrong_secret_is_not_quoted() -> None:
    (line,) = complaint(SOURCE + 'token = ["hunter2"]\n')
    assert "hunter2" not in line
    assert "token: is a secret; write { env" in line


def test_control_codes_in_a_file_do_not_reach_the_terminal() -> None:
    lines = complaint('["\\u001b]0;x\\u0007"]\n"\\u202e" = 1\n')
    assert all(line.isprintable() for line in lines)


def test_an_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)
    file = tmp_path / "a.toml"
    file.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError, match=r"a\.toml:2: is not UTF-8"):
        load(file)


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode())
    assert load(file).config.sources[0].name == "prod"


def test_search_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home" / "oncall.toml"
    monkeypatch.setattr(module, "default_path", lambda: home)
    assert find(None, {}) is None
    here, other = tmp_path / "oncall.toml", tmp_path / "other.toml"
    for file in (here, other):
        file.write_text("")
    assert find(None, {}) == Path("oncall.toml")
    home.parent.mkdir()
    home.write_text("")
    assert find(None, {}) == home
    assert find(None, {"ONCALL_CONFIG": str(other)}) == other
    assert find(str(here), {"ONCALL_CONFIG": str(other)}) == here
    with pytest.raises(ConfigError, match=r"gone\.toml: no such file: correct --config"):
        find("gone.toml", {})
    with pytest.raises(ConfigError, match=r"correct \$ONCALL_CONFIG"):
        find(None, {"ONCALL_CONFIG": "gone.toml"})
