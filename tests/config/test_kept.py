"""A checked config is kept, and never used for anything but the very same file."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from console.config import load
from console.config.kept import MOST_KEPT, load_setup, store_password
from console.errors import ConfigError
from tests.config.mistakes import COVER, FEED, FRONT
from tests.config.samples import SOURCE, TEAM
from tests.paths import REPO


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "oncall.toml"
    path.write_text(TEAM + SOURCE + '[ui.keys]\n"incident.ack" = "f5"\n')
    path.chmod(0o600)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def checks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the list of files that are checked from now on."""
    seen: list[Path] = []
    real = load.load

    def checking(path: Path) -> load.Loaded:
        seen.append(path)
        return real(path)

    monkeypatch.setattr(load, "load", checking)
    return seen


def test_the_second_start_does_not_check_again(
    file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = checks(monkeypatch)
    first, second = load_setup(file, cache), load_setup(file, cache)
    assert seen == [file]
    assert second.digest == first.digest
    assert second.policy.chains == first.policy.chains
    assert second.policy.roster == first.policy.roster
    assert second.policy.targets == first.policy.targets
    assert (second.sources, second.looks, second.warnings) == (first.sources, first.looks, first.warnings)
    (kept_file,) = cache.iterdir()
    assert kept_file.stat().st_mode & 0o777 == 0o600


def test_any_change_is_seen(file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_setup(file, cache)
    seen = checks(monkeypatch)
    file.write_text(file.read_text().replace('"5m"', '"6m"'))
    assert load_setup(file, cache).policy.chains[0].levels[1].after.total_seconds() == 360
    file.chmod(0o640)
    load_setup(file, cache)
    monkeypatch.setattr("console.__version__", "99")
    load_setup(file, cache)
    assert len(seen) == 3


@pytest.fixture
def shared(file: Path) -> Path:
    """Return the folder that the config includes; it has one file."""
    folder = file.with_name("team.d")
    folder.mkdir()
    (folder / "eko.toml").write_text('[[people]]\nid = "eko"\n')
    (folder / "eko.toml").chmod(0o600)
    file.write_text('include = ["team.d"]\n' + file.read_text())
    return folder


def test_any_change_of_an_included_file_is_seen(
    file: Path, cache: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def people() -> set[str]:
        return set(load_setup(file, cache).policy.people) - {"asha", "budi", "dewi"}

    seen = checks(monkeypatch)
    assert people() == people() == {"eko"}
    assert len(seen) == 1
    (shared / "eko.toml").write_text('[[people]]\nid = "fajar"\n')
    assert people() == {"fajar"}
    (shared / "rina.toml").write_text('[[people]]\nid = "rina"\n')
    assert people() == people() == {"fajar", "rina"}
    assert len(seen) == 3
    (shared / "eko.toml").unlink()
    assert people() == {"rina"}
    (shared / "rina.toml").rename(shared / "citra.toml")
    assert people() == {"rina"}
    (shared / "notes.txt").write_text("no config")
    people()
    assert len(seen) == 5
    (shared / "citra.toml").chmod(0o640)
    people()
    assert len(seen) == 6
    shared.rename(shared.with_name("moved"))
    with pytest.raises(ConfigError, match=r"oncall\.toml:1: include: .*team\.d: No such file"):
        people()


def test_a_change_while_it_is_being_read_is_seen_at_the_next_start(
    file: Path, cache: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = load.load

    def slow(path: Path) -> load.Loaded:
        found = real(path)
        (shared / "eko.toml").write_text('[[people]]\nid = "rina"\n')
        return found

    monkeypatch.setattr(load, "load", slow)
    assert "eko" in load_setup(file, cache).policy.people
    monkeypatch.setattr(load, "load", real)
    assert "rina" in load_setup(file, cache).policy.people


def test_the_password_of_the_store_is_never_kept(
    file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = file.read_text()
    assert store_password(load_setup(file, cache)) is None
    file.write_text(text + '[store]\npassword = "hunter2-very-private"\n')
    setup = load_setup(file, cache)
    assert setup.store_secret
    assert b"hunter2" not in b"".join(one.read_bytes() for one in cache.iterdir())
    assert store_password(load_setup(file, cache)) == "hunter2-very-private"
    file.write_text(text + '[store]\npassword = { env = "ONCALL_TEST_DB" }\n')
    with pytest.raises(ConfigError, match="ONCALL_TEST_DB is not set"):
        store_password(load_setup(file, cache))
    monkeypatch.setenv("ONCALL_TEST_DB", "hunter3")
    assert store_password(load_setup(file, cache)) == "hunter3"


def test_a_literal_secret_is_refused_as_soon_as_others_may_read_the_file(file: Path, cache: Path) -> None:
    file.write_text(TEAM + SOURCE + 'token = "hunter2-very-private"\n')
    load_setup(file, cache)
    assert b"hunter2" not in b"".join(one.read_bytes() for one in cache.iterdir())
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="others may read"):
        load_setup(file, cache)


def test_a_bad_config_is_refused_each_time(file: Path, cache: Path) -> None:
    file.write_text("[mee]\n")
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"unknown section \[mee\]"):
            load_setup(file, cache)
    file.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_setup(file, cache)


@pytest.mark.parametrize("content", [b"", b"rubbish", pickle.dumps(("", None)), pickle.dumps(7)])
def test_a_damaged_cache_only_costs_time(file: Path, cache: Path, content: bytes) -> None:
    load_setup(file, cache)
    (kept_file,) = cache.iterdir()
    kept_file.write_bytes(content)
    assert load_setup(file, cache).me == "asha"


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("false",)


def test_a_cache_that_others_may_write_is_not_read(
    file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_setup(file, cache)
    (kept_file,) = cache.iterdir()
    kept_file.write_bytes(pickle.dumps(Bomb()))
    kept_file.chmod(0o666)
    monkeypatch.setattr("console.config.kept.pickle.loads", lambda _data: pytest.fail("it was read"))
    assert load_setup(file, cache).me == "asha"


def test_only_so_many_are_kept(file: Path, cache: Path) -> None:
    for number in range(MOST_KEPT + 5):
        load_setup(file.rename(file.with_name(f"{number}.toml")), cache)
        file = file.with_name(f"{number}.toml")
    assert len(list(cache.iterdir())) == MOST_KEPT


def test_without_a_place_to_keep_it_all_still_works(file: Path, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("")
    assert load_setup(file, tmp_path / "occupied").me == "asha"


@pytest.mark.usefixtures("shared")
def test_a_kept_config_is_used_without_pydantic(file: Path, cache: Path) -> None:
    load_setup(file, cache)
    code = (
        "import sys; from pathlib import Path; from console.config.kept import MOST_KEPT, load_setup\n"
        "setup = load_setup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "assert setup.me == 'asha', setup\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, str(file), str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPO, timeout=30)
    assert not {"pydantic", "textual", "httpx", "asyncio", "apsw", "console.sources.registry"} & set(
        done.stdout.split()
    )


def test_what_is_set_aside_and_calendars_are_kept_without_their_secrets(file: Path, cache: Path) -> None:
    feed = FEED + 'url = "https://cal.example/hush-hush.ics"\ntoken = { env = "HUSH_TOKEN" }\n'
    away = TEAM.replace(
        'name = "Asha"\n', 'name = "Asha"\nleave = [{ from = 2026-01-07, to = 2026-01-07 }]\n'
    )
    cover = COVER + "start = 2026-01-07T09:00:00\nend = 2026-01-06T09:00:00\n"
    file.write_text(away + SOURCE + feed + cover + FRONT + 'only = ["nights"]\n')
    first, second = load_setup(file, cache), load_setup(file, cache)
    assert len(second.set_aside) == 1
    assert second.calendars
    assert (second.set_aside, second.calendars) == (first.set_aside, first.calendars)
    assert second.policy.roster == first.policy.roster
    assert second.policy.roster.absences
    assert b"hush" not in b"".join(one.read_bytes() for one in cache.iterdir()).lower()
