"""What the words in ``[store] url`` lead to."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from console.errors import ConfigError, StoreError
from console.store.address import open_store, store_path
from tests.store.made import opening


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///oncall.db", "/etc/team/oncall.db"),
        ("sqlite:///data/on call.db", "/etc/team/data/on call.db"),
        ("sqlite:////var/lib/oncall.db", "/var/lib/oncall.db"),
        ("sqlite:///../oncall.db", "/etc/oncall.db"),
        ("sqlite:///~/oncall.db", "/home/asha/oncall.db"),
    ],
)
def test_addresses_name_files(monkeypatch: pytest.MonkeyPatch, url: str, expected: str) -> None:
    monkeypatch.setenv("HOME", "/home/asha")
    assert store_path(url, Path("/etc/team")) == Path(expected)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "oncall.db",
        "/var/lib/oncall.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/oncall.db",
        "sqlite:///:memory:",
        "sqlite:///folder/",
        "sqlite:///a\0b",
        "mysql://host/db",
    ],
)
def test_addresses_that_name_no_file(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        store_path(url, Path("/etc"))
    assert "sqlite:///oncall.db" in caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://asha:sesame@db.example.org/oncall",
        "postgres://db.example.org/oncall?password=sesame",
        "postgresql://asha:sesame@[half/oncall",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_store(url, Path("/etc"))
    assert "sesame" not in str(caught.value)


def test_without_its_driver_postgresql_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"extra \[postgres\]: pip install"):
        open_store("postgresql://asha@db.example.org/oncall", Path("/etc"))


@pytest.mark.parametrize("how", [{"existing": True}, {"readonly": True}])
def test_no_store_is_made_where_none_is_wanted(tmp_path: Path, how: dict[str, bool]) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        open_store("sqlite:///store.db", tmp_path, **how)  # type: ignore[arg-type]  # one of two flags
    assert not list(tmp_path.iterdir())


def test_two_names_of_one_file_are_one_store(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "store.db")
    with (
        closing(open_store("sqlite:///store.db", tmp_path)) as store,
        closing(open_store("sqlite:///link.db", tmp_path)) as linked,
    ):
        store.append([opening()])
        assert len(linked.log("INC-1")) == 2
        assert linked.info().where == store.info().where


def test_time_comes_from_the_clock_that_was_given(tmp_path: Path) -> None:
    with closing(open_store("sqlite:///store.db", tmp_path)) as store:
        assert store.now().utcoffset() == timedelta()
