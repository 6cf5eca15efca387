"""Writing a config by asking."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from console import bootstrap
from console.config.load import load
from console.config.policy import policy_of
from console.config.starter import Answers, starter
from console.domain.alert import Poll
from console.errors import ConfigError, SourceError
from tests.cli.conftest import Ran, Run

Typed = Callable[..., Ran]


@pytest.fixture
def typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Return what runs ``oncall init`` with answers typed into it."""

    def answer(*lines: str, argv: tuple[str, ...] = ()) -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return run("init", *argv)

    return answer


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer for the Alertmanager at 9093 and refuse for any other; return the addresses that were tried."""
    tried: list[str] = []

    def ask(_kind: str, table: Mapping[str, Any]) -> Poll:
        tried.append(table["url"])
        if "://" not in table["url"]:
            raise ConfigError("url is not an address")
        if "9093" not in table["url"]:
            raise SourceError("127.0.0.1 refused the connection", hint="is it running?")
        return Poll("alertmanager", ())

    monkeypatch.setattr(bootstrap, "try_source", ask)
    return tried


URL = "http://127.0.0.1:9093"


def test_a_few_answers_make_a_config_that_loads(typed: Typed, home: Path, run: Run) -> None:
    found = typed("asha", "Asha", "payments", "budi, dewi", "Asia/Jakarta", URL)
    path = home / "XDG_CONFIG_HOME" / "oncall" / "oncall.toml"
    assert found.code == 0
    assert found.out.endswith(f"Written: {path}\nNext: oncall check, then oncall\n")
    assert "answers: 0 firing" in found.out
    assert path.stat().st_mode & 0o777 == 0o600
    loaded = load(path)
    assert loaded.warnings == ()
    assert loaded.config.me.id == "asha"
    assert loaded.config.sources[0].name == "prod"
    policy = policy_of(loaded)
    assert [(one.role, one.members) for one in policy.roster.rotations] == [
        ("primary", ("asha", "budi", "dewi")),
        ("secondary", ("budi", "dewi", "asha")),
    ]
    assert [level.notify for level in policy.chains["payments"].levels] == [("primary",), ("secondary",)]
    assert run("roster").code == 0


def test_enter_takes_the_defaults(typed: Typed, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "Rina")
    assert typed("", "", "", "", "", "").code == 0
    loaded = load(home / "XDG_CONFIG_HOME" / "oncall" / "oncall.toml")
    assert (loaded.config.me.id, loaded.config.people[0].name) == ("rina", "Rina")
    assert loaded.config.sources == ()
    assert str(loaded.config.rotations[0].timezone) == "Asia/Jakarta"


def test_wrong_answers_are_asked_again(typed: Typed, source: list[str], home: Path) -> None:
    answers = ["a b", "asha", "Asha", "asha", "ops", "", "Asia/Jakata", "UTC"]
    found = typed(*answers, "nonsense", "http://127.0.0.1:1", "n", URL)
    assert found.code == 0
    assert source == ["nonsense", "http://127.0.0.1:1", URL]
    assert found.err.splitlines() == [
        "one word without blanks, please",
        "a team and a person cannot share an id",
        '"Asia/Jakata" is not a time zone; write it like "Asia/Jakarta" or "UTC"',
        "url is not an address",
        "127.0.0.1 refused the connection: is it running?",
    ]
    assert load(home / "XDG_CONFIG_HOME" / "oncall" / "oncall.toml").config.teams[0].id == "ops"


def test_a_source_that_does_not_answer_may_be_kept(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    url = "http://127.0.0.1:1"
    assert typed("asha", "", "", "", "", url, "y", argv=("--config", str(path))).code == 0
    assert f'url = "{url}"' in path.read_text()


def test_an_existing_file_is_never_overwritten_without_a_yes(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("# precious\n")
    argv = ("--config", str(path))
    refused = typed("", argv=argv)
    assert (refused.code, refused.err) == (1, f"{path}: left as it is\n")
    assert path.read_text() == "# precious\n"
    assert typed("y", "asha", "", "", "", "", "", argv=argv).code == 0
    assert 'id = "asha"' in path.read_text()
    assert typed("budi", "", "", "", "", "", argv=(*argv, "--force")).code == 0
    assert 'id = "budi"' in path.read_text()


def test_an_input_that_ends_early_writes_nothing(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    found = typed("asha", "Asha", argv=("--config", str(path)))
    assert found.code == 2
    assert found.err == "the input ended before all questions were answered: nothing was written\n"
    assert list(tmp_path.glob("mine*")) == []


def test_names_with_quotes_and_backslashes_survive(tmp_path: Path, config: Path) -> None:
    name = 'A"sh\\a 日本'
    start = load(config).config.rotations[0].start
    path = tmp_path / "x.toml"
    path.write_text(starter(Answers("asha", name, "ops", ("asha",), "UTC", start)))
    assert load(path).config.people[0].name == name
