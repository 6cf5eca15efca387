"""The engine's log: one object a line, nothing that steers a terminal, no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console import bootstrap
from console.cli.logs import FIELDS, Style, log_to_stderr, without_logins
from tests.cli.conftest import Run

log = logging.getLogger("console.engine.test")
STEERING = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), 0x2028, 0x2029)}


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    ours = logging.getLogger("console")
    before = (root.handlers, root.level, ours.level)
    yield
    root.handlers, root.level, ours.level = before
    logging.captureWarnings(capture=False)


def written(style: Style, *args: Any, **more: Any) -> str:
    """Log one warning and return what reaches stderr."""
    log_to_stderr(style)
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(text := io.StringIO())
    log.warning(*args, **more)
    return text.getvalue()


def test_json_has_the_fields_and_only_those() -> None:
    told = {"event": "source_failed", "source": "prod", "misses": 3, "lease": None, "password": "hunter2"}
    line = written("json", "poll of %s failed", "prod", extra=told)
    entry = json.loads(line)
    assert line.count("\n") == 1
    assert entry.pop("time")[-5:-4] == "."
    assert entry == {
        "level": "warning",
        "logger": "console.engine.test",
        "message": "poll of prod failed",
        "event": "source_failed",
        "source": "prod",
        "misses": 3,
    }


def test_a_traceback_is_one_field_and_shows_no_login() -> None:
    error = ValueError("postgresql://oncall:hunter2@db/oncall \x1b[2J refused")
    error.__cause__ = KeyError("https://u:hunter2@host")
    line = written("json", "broken", exc_info=error)
    text = written("text", "broken", exc_info=error)
    entry = json.loads(line)
    assert line.count("\n") == 1
    assert "postgresql://db/oncall" in entry["traceback"]
    assert entry["traceback"].count("\n") >= 3
    for all_of_it in (line, entry["traceback"], text):
        assert "hunter2" not in all_of_it
        assert "\x1b" not in all_of_it


@settings(max_examples=40, deadline=None)
@given(text=st.text(), value=st.text(), style=st.sampled_from(["text", "json"]))
def test_whatever_is_logged_is_one_harmless_line(text: str, value: str, style: Style) -> None:
    line = written(style, "%s", text, extra={"incident": value})
    assert line.endswith("\n")
    assert not STEERING & set(line[:-1])
    if style == "json":
        entry = json.loads(line)
        assert set(entry) <= {"time", "level", "logger", "message", *FIELDS}
        assert not any(STEERING & set(str(part)) for part in entry.values())


def test_logins_are_taken_out_of_addresses() -> None:
    assert (
        without_logins("at https://a:b@c/d and http://e@f/ and x:y@z")
        == "at https://c/d and http://e@f/ and x:y@z"
    )


def test_a_config_that_cannot_be_used_is_an_entry_too(run: Run, config: Path, capsys: Any) -> None:
    config.write_text("[store]\nurl = 7\n")
    found = run("watch", "--log", "json", "--config", str(config))
    assert found.code == 2
    entry = json.loads(found.err)
    assert (entry["level"], entry["event"]) == ("error", "failed")
    assert run("watch", "--config", str(config)).code == 2
    assert capsys.readouterr().out == ""


def test_a_bug_at_the_start_is_an_entry_too(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "open_store", lambda *_, **__: 1 // 0)
    found = run("watch", "--log", "json", "--config", str(config))
    assert found.code == 1
    entry = json.loads(found.err.splitlines()[-1])
    assert (entry["level"], entry["event"]) == ("error", "failed")
    assert "ZeroDivisionError" in entry["traceback"]


def test_json_is_for_health_only(run: Run, config: Path) -> None:
    found = run("watch", "--json", "--config", str(config))
    assert found.code == 2
    assert "--log json" in found.err


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1", "127.0.0.1:99999"])
def test_an_address_for_metrics_has_a_port(run: Run, config: Path, address: str) -> None:
    found = run("watch", "--metrics", address, "--config", str(config))
    assert found.code == 2
    assert "127.0.0.1:9464" in found.err


def test_metrics_without_their_extra_are_refused_in_one_line(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prometheus_client", None)
    monkeypatch.delitem(__import__("sys").modules, "console.engine.metrics", raising=False)
    found = run("watch", "--metrics", "127.0.0.1:9464", "--config", str(config))
    assert found.code == 2
    assert found.err.splitlines()[-1].startswith("metrics need the extra [metrics]: pip install")
