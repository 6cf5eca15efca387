"""Addresses: no password in the store's, and where figures are shown."""

from __future__ import annotations

import pytest

from console.config.addresses import holds_password, refuse_password
from console.config.policy import setup_of
from console.errors import ConfigError, UsageError
from tests.config.samples import SOURCE, loaded

WITH = [
    "postgresql://oncall:hunter2@db.shop.example/oncall",
    "postgres://oncall:hunter2@db.shop.example:5433,db2.shop.example/oncall",
    "POSTGRESQL://oncall:hunter2@/oncall",
    "postgresql://oncall:hun/ter#2@db.shop.example/oncall",
    "postgresql://db.shop.example/oncall?user=oncall&password=hunter2",
    "postgresql://db.shop.example/oncall?pass%77ord=hunter2",
    "postgresql://db.shop.example/oncall?sslpassword=hunter2",
    "host=db.shop.example password = hunter2",
    "mysql://oncall:hunter2@db.shop.example/oncall",
]
WITHOUT = [
    "postgresql://oncall@db.shop.example/oncall",
    "postgres://db.shop.example:5433/oncall?sslmode=verify-full&passfile=/home/asha/.pgpass",
    "postgresql://[::1]:5432/oncall",
    "postgresql:///oncall?host=/run/postgresql&user=oncall",
    "postgresql://?service=oncall",
    "postgresql://oncall:@db.shop.example/oncall",
    "sqlite:///a:b@c/password=1.db",
]


@pytest.mark.parametrize("url", WITH)
def test_a_password_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    assert holds_password(url)
    with pytest.raises(ConfigError) as caught:
        loaded(SOURCE + f'[store]\nurl = "{url}"\n')
    line = str(caught.value)
    assert line == (
        "oncall.toml:7: [store]: url: holds a password; write [store] password = { env = … } or use ~/.pgpass"
    )
    with pytest.raises(UsageError) as caught_too:
        refuse_password(url)
    assert "ter2" not in str(caught_too.value) + line


@pytest.mark.parametrize("url", WITHOUT)
def test_an_address_without_a_password_is_accepted_as_it_is(url: str) -> None:
    refuse_password(url)
    config = loaded(SOURCE + f'[store]\nurl = "{url}"\npassword = {{ env = "DB" }}\n')
    assert config.config.store.url == url
    assert config.warnings == ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("127.0.0.1:9464", "127.0.0.1:9464"),
        (":9464", "127.0.0.1:9464"),
        ("0.0.0.0:9464", "0.0.0.0:9464"),
        ("[::1]:9464", "[::1]:9464"),
        ("localhost:65535", "localhost:65535"),
    ],
)
def test_where_figures_are_shown(said: str, expected: str) -> None:
    assert setup_of(loaded(SOURCE + f'[engine]\nmetrics = "{said}"\n')).metrics == expected
    assert setup_of(loaded(SOURCE)).metrics is None


@pytest.mark.parametrize(
    "said",
    ['"9464"', '"host"', '"host:"', '":0"', '":65536"', '"::1:9464"', '"http://h:1"', "9464", '"a b:1"'],
)
def test_what_is_no_address_to_listen_on(said: str) -> None:
    with pytest.raises(ConfigError, match=r"oncall\.toml:7: \[engine\]: metrics: "):
        loaded(SOURCE + f"[engine]\nmetrics = {said}\n")
