from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_keys_with_overrides_applied(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + '\n[ui.keys]\n"incident.ack" = "f5"\n')
    found = run("keys")
    assert found.code == 0
    line = next(line for line in found.out.splitlines() if "incident.ack " in line)
    assert line.split()[:3] == ["f5", "*", "incident.ack"]
    told = {one["id"]: one for one in run("keys", "--json").json["keys"]}
    assert (told["incident.ack"]["keys"], told["incident.ack"]["default"]) == (["f5"], ["a"])


def test_a_wrong_override_is_named_with_its_line(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + '\n[ui.keys]\n"incident.akc" = "f5"\n')
    line = config.read_text().count("\n")
    found = run("keys")
    assert found.code == 2
    assert found.err.startswith(f"oncall.toml:{line}: [ui.keys] incident.akc: no such action, did you mean")


def test_keys_and_themes_need_no_config(run: Run) -> None:
    assert run("keys").out.startswith("KEYS")
    told = run("themes", "--json").json
    assert told["problems"] == []
    assert len(told["themes"]) >= 4
    assert [one["chosen"] for one in told["themes"]].count(True) == 1
    assert {one["dark"] for one in told["themes"]} == {True, False}


def test_an_unknown_theme_is_said(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + '\n[ui]\ntheme = "nihgt"\n')
    found = run("themes")
    assert found.code == 1
    assert 'there is no theme "nihgt"' in found.err
    assert "* " in found.out
