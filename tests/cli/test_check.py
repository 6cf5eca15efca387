"""Trying everything a config names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.store.schema import MIGRATIONS
from tests.cli.conftest import Run
from tests.config.samples import SOURCE


def add(config: Path, text: str) -> None:
    config.write_text(config.read_text() + text)


def results(run: Run) -> dict[str, list[tuple[str, str]]]:
    """Return what was found by area: (result, text)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in run("check", "--json").json["checks"]:
        found.setdefault(one["area"], []).append((one["result"], one["text"]))
    return found


def test_all_is_well(run: Run, config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace('id = "dewi"\n', 'id = "dewi"\nphone = "+62 1"\n'))
    (tmp_path / "alerts.jsonl").write_text(json.dumps({"name": "DiskFull"}) + "\n")
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "DiskFull.md").write_text("# Disk full\n\n1. Look\n2. Delete\n")
    add(
        config,
        '[[sources]]\nkind = "replay"\nname = "play"\nfile = "alerts.jsonl"\n[runbooks]\npaths = ["books"]\n',
    )
    found = run("check", "--json")
    assert found.code == 0
    assert found.json["ok"] is True
    by_area = results(run)
    digest = found.json["team_config"]
    assert by_area["config"] == [("ok", "loads"), ("ok", f"team config {digest[:6]}")]
    assert found.json["files"] == ["oncall.toml"]
    assert by_area["source"] == [("ok", "answers, 1 firing")]
    assert by_area["store"] == [("ok", f"sqlite, schema {len(MIGRATIONS)}, 0 incidents")]
    assert by_area["runbooks"] == [("ok", "1 file, 2 steps")]
    assert by_area["roster"] == [("ok", "no gap in the next 14 days")]
    assert by_area["escalation"] == [("ok", "3 levels")]
    assert by_area["engine"][0][0] == "warn"
    assert run("check").out.endswith("0 things to fix, 1 warning\n")


def test_a_source_that_does_not_answer_is_exit_3(run: Run, config: Path) -> None:
    add(config, SOURCE.replace("9093", "1"))
    found = run("check")
    assert found.code == 3
    line = next(line for line in found.out.splitlines() if "✕" in line)
    assert line.split()[:3] == ["✕", "source", "prod"]
    assert "127.0.0.1" in line


def test_outlets_are_tried_without_telling_anybody(
    run: Run, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTLET_TOKEN", "hush-hush-hush")
    add(config, '[[outlets]]\nkind = "file"\nname = "static"\npath = "status.json"\n')
    assert results(run)["outlet"] == [("ok", "status.json, 0 incidents in it")]
    assert not (tmp_path / "status.json").exists()
    page = 'kind = "statuspage"\nname = "page"\nurl = "http://127.0.0.1:1/v1"\npage = "k1"\n'
    add(config, f'[[outlets]]\n{page}token = {{ env = "OUTLET_TOKEN" }}\n')
    (tmp_path / "status.json").write_text("[]")
    found = run("check")
    wrong = [line for line in found.out.splitlines() if "✕" in line]
    assert found.code == 3
    assert [line.split()[1:3] for line in wrong] == [["outlet", "static"], ["outlet", "page"]]
    assert "is not a file of ours" in wrong[0]
    assert "hush" not in found.out + found.err


def test_a_secret_that_cannot_be_had_is_exit_2_and_never_shown(
    run: Run, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("hunter2")
    (tmp_path / "token").chmod(0o600)
    add(config, SOURCE.replace("9093", "1") + 'token = { file = "token" }\n')
    add(
        config,
        SOURCE.replace("9093", "1").replace('"prod"', '"other"') + 'token = { env = "ONCALL_NO_SUCH" }\n',
    )
    found = run("check", "--json")
    secrets = [one for one in found.json["checks"] if one["area"] == "secret"]
    assert [(one["name"], one["result"]) for one in secrets] == [
        ("prod token", "ok"),
        ("other token", "fail"),
    ]
    assert "ONCALL_NO_SUCH is not set" in secrets[1]["text"]
    assert "hunter2" not in found.out + found.err
    assert found.code == 3  # the source cannot be reached either, which is worse


def test_what_is_to_be_fixed_in_the_team(run: Run, config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace("start = 2026-01-05", "start = 2999-01-07", 1))
    add(config, '[[services]]\nname = "search"\nteam = "payments"\nrunbooks = ["gone.md"]\n')
    add(config, '[runbooks]\npaths = ["books", "nowhere"]\n[ui]\ntheme = "nihgt"\n')
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "empty.md").write_text("# Only words\n\nNothing to do.\n")
    by_area = results(run)
    assert by_area["roster"][0][1].startswith("nobody is primary from ")
    assert by_area["escalation"] == [("warn", "no phone, slack or other contact for dewi")]
    texts = [text for _, text in by_area["runbooks"]]
    assert "no steps found in empty.md" in texts
    assert any("nowhere: no such folder" in text for text in texts)
    assert "gone.md is configured but was not found" in texts
    assert "[ui] theme: there is no theme" in by_area["ui"][0][1] or "nihgt" in by_area["ui"][0][1]
    assert run("check").code == 2


@pytest.mark.usefixtures("config")
def test_a_store_that_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "oncall.db").write_bytes(b"rubbish" * 1000)
    found = run("check")
    assert found.code == 3
    assert "oncall.db" in found.out


def test_the_files_of_a_shared_config_are_named(run: Run, config: Path, tmp_path: Path) -> None:
    alone = run("check", "--json").json["team_config"]
    text = config.read_text()
    (tmp_path / "team.toml").write_text(text.replace('[me]\nid = "asha"\n', "").split("[store]")[0])
    config.write_text('include = ["team.toml"]\n[me]\nid = "budi"\n')
    found = run("check", "--json").json
    assert found["files"] == ["oncall.toml", "team.toml"]
    assert found["team_config"] == alone
    lines = [line.split() for line in run("check").out.splitlines()]
    assert ["✓", "config", "team.toml", "loads,", "included"] in lines
    assert ["✓", "config", "team", "config", alone[:6]] in lines


def test_the_password_of_the_store_is_tried_and_not_shown(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(
        config.read_text().replace("[store]", '[store]\npassword = { env = "ONCALL_TEST_DB" }', 1)
    )
    found = run("check", "--json")
    (secret,) = [one for one in found.json["checks"] if one["area"] == "secret"]
    assert (secret["name"], secret["result"], found.code) == ("store password", "fail", 2)
    monkeypatch.setenv("ONCALL_TEST_DB", "hunter2")
    found = run("check", "--json")
    (secret,) = [one for one in found.json["checks"] if one["area"] == "secret"]
    assert (secret["result"], secret["text"]) == ("ok", "env ONCALL_TEST_DB")
    assert "hunter2" not in found.out + found.err


@pytest.mark.usefixtures("config")
def test_it_makes_no_store_when_it_may_only_look(run: Run, tmp_path: Path) -> None:
    found = run("check", "--readonly")
    assert found.code == 3
    assert not (tmp_path / "oncall.db").exists()
    assert run("check").code == 0
    assert run("check", "--readonly").code == 0
