"""Writing a config by asking."""

from __future__ import annotations

import io
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from console import bootstrap
from console.config.kinds import GROUPS, groups, questions
from console.config.load import load
from console.config.policy import policy_of
from console.config.starter import Answers, starter
from console.domain.ability import Ability
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources import registry
from console.sources.base.options import SourceOptions
from tests.cli.conftest import Ran, Run
from tests.config.samples import blocks_of_the_example
from tests.fakes.sources import FakeSource

Typed = Callable[..., Ran]

NO_CHANNELS = "no [[channels]]"
"""Said of every config that init writes: whom to tell, and how, comes later."""


@pytest.fixture
def typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Return what runs ``oncall init`` with answers typed into it."""

    def answer(*lines: str, argv: tuple[str, ...] = ()) -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return run("init", *argv)

    return answer


@dataclass
class Told(FakeSource):
    """A source that says as whom we ask."""

    proof: Proof = field(default_factory=Proof)

    async def prove(self) -> Proof:
        return self.proof


@pytest.fixture(autouse=True)
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """Let no source be really asked: those at port 1 refuse, others know us as Asha; return what was asked."""
    asked: list[Told] = []
    real = bootstrap.new_source

    def make(kind: str, name: str, table: Mapping[str, Any], folder: Path) -> tuple[Told, Ability]:
        _, ability = real(kind, name, table, folder)
        asked.append(Told(name, proof=Proof("asha@shop.example", ("write: needed to ack",))))
        if str(table.get("url")).endswith(":1"):
            asked[-1].answers = [SourceError("127.0.0.1 refused the connection", hint="is it running?")]
        return asked[-1], ability

    monkeypatch.setattr(bootstrap, "new_source", make)
    return asked


URL = "http://127.0.0.1:9093"
WHO = ("asha", "Asha", "payments", "", "UTC")


def test_a_few_answers_make_a_config_that_loads(typed: Typed, home: Path, run: Run) -> None:
    found = typed(
        "asha", "Asha", "payments", "budi, dewi", "Asia/Jakarta", "alertmanager", "prod", URL, "", ""
    )
    path = home / "XDG_CONFIG_HOME" / "oncall" / "oncall.toml"
    assert found.code == 0
    assert found.out.endswith(f"Written: {path}\nNext: oncall check, then oncall\n")
    assert "✓ answers, 0 firing" in found.out
    assert path.stat().st_mode & 0o777 == 0o600
    loaded = load(path)
    assert [line for line in loaded.warnings if NO_CHANNELS not in line] == []
    assert loaded.config.me.id == "asha"
    assert loaded.config.sources[0].name == "prod"
    policy = policy_of(loaded)
    assert [(one.role, one.members) for one in policy.roster.rotations] == [
        ("primary", ("asha", "budi", "dewi")),
        ("secondary", ("budi", "dewi", "asha")),
    ]
    assert [level.notify for level in policy.chains[0].levels] == [("primary",), ("secondary",)]
    assert run("roster").code == 0


def test_enter_takes_the_defaults(typed: Typed, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "Rina")
    assert typed("", "", "", "", "", "").code == 0
    loaded = load(home / "XDG_CONFIG_HOME" / "oncall" / "oncall.toml")
    assert (loaded.config.me.id, loaded.config.people[0].name) == ("rina", "Rina")
    assert loaded.config.sources == ()
    assert str(loaded.config.rotations[0].timezone) == "Asia/Jakarta"


def test_wrong_answers_are_asked_again(typed: Typed, tried: list[Told], home: Path) -> None:
    answers = ["a b", "asha", "Asha", "asha", "ops", "", "Asia/Jakata", "UTC"]
    answers += ["alertmanger", "5", "", "nonsense", "http://127.0.0.1:1", "", "", URL, "", ""]
    found = typed(*answers)
    assert found.code == 0
    assert len(tried) == 2
    assert all(source.closed for source in tried)
    assert "✕ 127.0.0.1 refused the connection: is it running?" in found.out
    assert [line.strip() for line in found.err.splitlines()] == [
        "one word without blanks, please",
        "a team and a person cannot share an id",
        '"Asia/Jakata" is not a time zone; write it like "Asia/Jakarta" or "UTC"',
        'no kind is called "alertmanger" — did you mean "alertmanager"?',
        'url is not an address; write it like "https://alertmanager.example.com:9093"',
    ]
    loaded = load(home / "XDG_CONFIG_HOME" / "oncall" / "oncall.toml")
    assert loaded.config.teams[0].id == "ops"
    assert (loaded.config.sources[0].name, loaded.options[0].model_dump()["url"]) == ("alertmanager", URL)


def written(tmp_path: Path, typed: Typed, *answers: str) -> tuple[Ran, Path]:
    """Run the questions about sources; return what was shown, and the file."""
    path = tmp_path / "mine.toml"
    return typed(*WHO, *answers, argv=("--config", str(path))), path


def test_a_source_that_does_not_answer_may_be_kept_or_dropped(typed: Typed, tmp_path: Path) -> None:
    down = "http://127.0.0.1:1"
    found, path = written(tmp_path, typed, "zabbix", "", down, "", "d", "zabbix", "", down, "", "k", "")
    assert found.code == 0
    assert path.read_text().count(f'url = "{down}"') == 1


def test_answers_that_do_not_go_together_are_asked_for_again(typed: Typed, tmp_path: Path) -> None:
    found, path = written(tmp_path, typed, "slack", "", "C01234567", "", "", "", "", "!down", "", "")
    assert 'needs prefix = "!incident" or reaction' in found.err
    (source,) = load(path).options
    assert source.model_dump()["prefix"] == "!down"
    assert written(tmp_path / "2", typed, "slack", "", "C01234567", "", "", "d", "")[0].code == 0
    assert load(tmp_path / "2" / "mine.toml").options == ()


def test_it_shows_as_whom_we_ask_and_what_is_missing(typed: Typed, tmp_path: Path) -> None:
    found, _ = written(tmp_path, typed, "pagerduty", "", "", "")
    assert "! as asha@shop.example, but 1 right missing\n  ! missing: write: needed to ack" in found.out
    assert "ack acknowledges it" in found.out


def test_a_secret_is_written_as_a_reference(typed: Typed, tmp_path: Path) -> None:
    answers = ("pagerduty", "", "u+S3cret", "n", "", "zenduty", "", '{ file = "zenduty.key" }', "")
    found, path = written(tmp_path, typed, *answers)
    text = path.read_text()
    assert "S3cret" not in text + found.out + found.err
    assert 'token = { env = "PAGERDUTY_TOKEN" }' in text
    assert 'token = { file = "zenduty.key" }' in text
    assert [line for line in load(path).warnings if NO_CHANNELS not in line] == []


def test_a_reference_that_is_none_is_asked_for_again(typed: Typed, tmp_path: Path) -> None:
    found, path = written(tmp_path, typed, "zenduty", "", "{ file = ", "{ fill = 1 }", "ZENDUTY", "")
    assert "that is no reference" in found.err
    assert "is a secret; write { env" in found.err
    assert 'token = { env = "ZENDUTY" }' in path.read_text()


def test_a_secret_itself_stands_in_the_file_only_where_the_user_insists(typed: Typed, tmp_path: Path) -> None:
    found, path = written(tmp_path, typed, "pagerduty", "", "u+S3cret", "y", "")
    assert 'token = "u+S3cret"' in path.read_text()
    assert "S3cret" not in found.out + found.err
    assert any("is a secret in the file itself" in line for line in load(path).warnings)


def test_one_source_after_the_other(typed: Typed, tmp_path: Path) -> None:
    answers = ("pagerduty", "", "", "1", "", "", "pagerduty", "pagerduty", "eu", "PD_EU", "")
    found, path = written(tmp_path, typed, *answers)
    assert 'there is a source called "pagerduty" already' in found.err
    tables = load(path).config.sources
    assert [table.name for table in tables] == ["pagerduty", "pagerduty-2", "eu"]
    assert 'token = { env = "PAGERDUTY_2_TOKEN" }' in path.read_text()


def answers_for(kind: str, table: Mapping[str, Any], inner: str = "") -> Iterator[str]:
    """Yield what a user types to get the source of the example config."""
    for key in questions(kind, inner):
        value = table.get(key.name)
        if key.table:
            yield from answers_for(kind, table[key.name][0], key.name)
        elif isinstance(value, dict):
            yield value["env"]
        elif isinstance(value, list):
            yield shlex.join(value)
        else:
            yield value or ""


BLOCKS = {kind: tomllib.loads(block)["sources"][0] for kind, block in blocks_of_the_example().items()}


@pytest.mark.parametrize("kind", [kind for kind in BLOCKS if kind != "replay"])
def test_every_kind_can_be_added(kind: str, typed: Typed, tmp_path: Path) -> None:
    found, path = written(tmp_path, typed, kind, "mine", *answers_for(kind, BLOCKS[kind]), "")
    assert (found.code, found.err) == (0, "")
    (options,) = load(path).options
    (table,) = tomllib.loads(path.read_text())["sources"]
    assert (table["kind"], table["name"]) == (kind, "mine")
    asked = {key.name for key in questions(kind) if not key.table} & BLOCKS[kind].keys()
    assert {key: table[key] for key in asked} == {key: BLOCKS[kind][key] for key in asked}
    shown = everything_shown(path)
    assert {key: value for key, value in shown if key != "actions"} == {
        key: value for key, value in options if key != "actions"
    }
    assert shown.ability.does == options.ability.does


def everything_shown(path: Path) -> SourceOptions:
    """Return the source with what is commented out below it as well, where that has a value: the defaults."""
    text = path.read_text()
    block = text.partition("\n[[people]]")[0].partition("[[sources]]")[2]
    assert "# interval = " in block
    path.write_text(text.replace(block, re.sub(r"^# (?=\w+ = (?!…))", "", block, flags=re.MULTILINE)))
    (options,) = load(path).options
    return options


def test_every_kind_is_offered_once_and_what_is_offered_exists() -> None:
    offered = [kind for kinds in groups().values() for kind in kinds]
    assert sorted(offered) == [kind for kind in registry.kinds() if kind != "replay"]
    assert {kind for kinds in GROUPS.values() for kind in kinds} == set(offered)


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
