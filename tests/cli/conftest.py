"""A command line in this process, with a home of its own and a real store."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.cli.main import main
from tests.config.samples import TEAM


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep everything that a command might find or write below the test's own folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(folder / name))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("ONCALL_CONFIG", raising=False)
    monkeypatch.setenv("TZ", "Asia/Jakarta")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a team's config without sources, its store beside it."""
    path = tmp_path / "oncall.toml"
    path.write_text(TEAM + '\n[store]\nurl = "sqlite:///oncall.db"\n')
    path.chmod(0o600)
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command line and gives back its exit code and what it printed."""

    def carry_out(*argv: str) -> Ran:
        logging.getLogger().handlers.clear()  # one that an earlier command left writes to a stream that is gone
        try:
            code = main(argv)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return carry_out
