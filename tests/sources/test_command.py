"""The source ``command``: programs that print, fail, hang, talk too much or leave others behind."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.command import Options, Source
from tests.servers.processes import GONE, state, until
from tests.sources.conftest import HeldClock
from tests.sources.examples import example
from tests.waiting import PATIENCE

Make = Callable[..., Source]
ONE = '[{"id": 1, "name": "A"}]'


@pytest.fixture
def make(tmp_path: Path, clock: HeldClock) -> Make:
    def build(*command: str, **more: Any) -> Source:
        table = {"command": command, **more}
        return Source("prod", Options.model_validate(table, context={"folder": tmp_path}), clock)

    return build


@pytest.fixture
def script(tmp_path: Path, make: Make) -> Make:
    """Return a source whose program is a shell script beside the config."""

    def build(text: str, **more: Any) -> Source:
        file = tmp_path / "program"
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        return make("./program", **more)

    return build


async def failure(source: Source) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert caught.value.hint
    assert str(caught.value).isprintable()
    return caught.value


async def test_it_runs_in_the_configs_folder_without_a_shell(tmp_path: Path, make: Make) -> None:
    (tmp_path / "$(touch oops); *.json").write_text(ONE)
    poll = await make("cat", "$(touch oops); *.json").fetch()
    assert [alert.name for alert in poll.alerts] == ["A"]
    assert not (tmp_path / "oops").exists()


async def test_a_folder_of_its_own(tmp_path: Path, make: Make) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "alerts.json").write_text(ONE)
    assert len((await make("cat", "alerts.json", folder="below").fetch()).alerts) == 1
    assert "cannot be run" in (await failure(make("cat", folder="nowhere"))).message


async def test_it_gets_little_of_our_environment(script: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER_TOKEN", "made-up")
    monkeypatch.setenv("GIVEN", "a secret")
    program = f"env | sed 's/=.*//' > names; echo \"$THERE\" > there; cat; echo '{ONE}'"
    source = script(program, env={"THERE": {"env": "GIVEN"}, "PLAIN": "text"})
    assert len((await source.fetch()).alerts) == 1
    folder = source._options.folder
    names = set((folder / "names").read_text().split()) - {"PWD", "OLDPWD", "SHLVL", "_"}  # the shell's own
    assert {"PATH", "THERE", "PLAIN"} <= names
    assert names <= {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "THERE", "PLAIN"}
    assert (folder / "there").read_text() == "a secret\n"


async def test_a_status_other_than_0_fails_the_poll(script: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIVEN", "s3cret-word")
    text = f"""echo '{ONE}'; echo first >&2; printf 'no login for \\033[31m%s\\n\\n' "$WORD" >&2; exit 3"""
    error = await failure(script(text, env={"WORD": {"env": "GIVEN"}}))
    assert error.message == "program ended with 3: no login for ^[[31m********"
    assert not error.permanent
    assert "was killed by signal 15" in (await failure(script("kill -TERM $$"))).message


async def test_a_lot_of_complaints_neither_stops_it_nor_stays(script: Make) -> None:
    text = f"i=0; while [ $i -lt 3000 ]; do echo 'a rather long line of complaint, {'x' * 60}' >&2; i=$((i+1)); done; echo '{ONE}'"
    assert len((await script(text).fetch()).alerts) == 1


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("", "prints nothing"),
        ("all is well", "prints something that is not JSON"),
        ('{"jobs": []} trailing', "prints something that is not JSON"),
        ('{"jobs": 3}', "has no list at items = 'jobs'"),
        ("[]", "has no list at items = 'jobs'"),
    ],
)
async def test_what_is_no_list_is_named(script: Make, printed: str, said: str) -> None:
    assert said in (await failure(script(f"printf '%s' '{printed}'", items="jobs"))).message


@pytest.mark.parametrize("command", ["no-such-program", "./no-such-file"])
async def test_a_program_that_is_missing_is_named(make: Make, command: str) -> None:
    error = await failure(make(command))
    assert error.permanent
    assert error.message == f"{Path(command).name} cannot be run (No such file or directory)"


async def test_a_secret_that_cannot_be_had_is_named(script: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOBODY_SET_THIS", raising=False)
    error = await failure(script("exit 0", env={"WORD": {"env": "NOBODY_SET_THIS"}}))
    assert "NOBODY_SET_THIS is not set" in error.message


async def test_who_prints_too_much_is_killed(make: Make) -> None:
    source = make("yes", max_output_mb=1)
    async with asyncio.timeout(PATIENCE):
        error = await failure(source)
    assert error.message == "yes prints more than 1 MB"


def alive(pids: Path) -> list[int]:
    return [pid for pid in map(int, pids.read_text().split()) if state(pid) not in GONE]


HANGS = "sleep 60 & echo $$ $! > pids.new; mv pids.new pids; wait"


def all_end(pids: Path) -> None:
    until(lambda: not alive(pids), PATIENCE)


async def test_who_takes_too_long_is_killed_with_its_children(tmp_path: Path, script: Make) -> None:
    error = await failure(script(HANGS, timeout="1s"))
    assert error.message == "program did not end within 1 s"
    all_end(tmp_path / "pids")


async def test_nobody_waits_any_more(tmp_path: Path, script: Make) -> None:
    poll = asyncio.create_task(script(HANGS).fetch())
    await asyncio.to_thread(until, (tmp_path / "pids").exists, 10)
    assert len(alive(tmp_path / "pids")) == 2
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    all_end(tmp_path / "pids")


async def test_a_child_that_holds_the_output_open_counts_as_not_ended(tmp_path: Path, script: Make) -> None:
    source = script(f"sleep 60 & echo $! > pids; echo '{ONE}'", timeout="1s")
    assert "did not end" in (await failure(source)).message
    all_end(tmp_path / "pids")


async def test_trying_it_is_running_it(script: Make) -> None:
    assert await script(f"echo '{ONE}'").prove() == Proof()
    with pytest.raises(SourceError, match="ended with 1"):
        await script("exit 1").prove()


def test_it_only_reads() -> None:
    ability = Options.model_validate({"command": ["true"]}).ability
    assert (ability.does, bool(ability.words(EffectKind.RESOLVE))) == ((), True)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "command"),
        ({"command": []}, "command"),
        ({"command": "ls -l"}, "command"),
        ({"command": ["a\0b"]}, "NUL"),
        ({"command": ["a"], "items": "[?"}, r"items\n.*is no JMESPath"),
        ({"command": ["a"], "env": {"TOKEN": 3}}, "is a secret"),
    ],
)
def test_a_config_that_cannot_work_is_refused(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Options.model_validate(table)


def test_a_secret_in_the_file_is_warned_of() -> None:
    options = Options.model_validate({"command": ["true"], "env": {"DB_PASSWORD": "made-up", "HOST": "x"}})
    (warning,) = options.warnings
    assert warning.startswith("env: DB_PASSWORD looks like a secret")
    assert "made-up" not in f"{options!r} {warning}"


def test_a_poll_has_time_for_the_program(make: Make) -> None:
    source = make("true", timeout="5m")
    assert source.deadline > 300


UNITS = [
    {"unit": "backup.service", "load": "loaded", "active": "failed", "sub": "failed", "description": "Nightly backup"},
    {"unit": "data.mount", "load": "loaded", "active": "failed", "sub": "failed", "description": "/data"},
]  # fmt: skip


async def test_the_worked_example_lists_failed_units(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for systemctl that insists on being asked as the page says, and answers as systemd 252 does."""
    stand_in = tmp_path / "bin" / "systemctl"
    stand_in.parent.mkdir()
    asked = "list-units --state=failed --all --output=json"
    stand_in.write_text(
        f"#!{sys.executable}\nimport sys\nassert ' '.join(sys.argv[1:]) == {asked!r}, sys.argv\nprint({json.dumps(UNITS)!r})\n"
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}")
    table = example("command", "systemd")
    poll = await make(*table.pop("command"), **table).fetch()
    assert poll.complete
    assert [(alert.name, alert.title, alert.service, alert.priority) for alert in poll.alerts] == [
        ("backup.service", "Nightly backup is failed", "this-host", Priority.P2),
        ("data.mount", "/data is failed", "this-host", Priority.P2),
    ]
    assert poll.alerts[0].label("sub") == "failed"
