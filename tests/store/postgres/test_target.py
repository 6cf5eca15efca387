"""Which database an address means, who is let in, and whether the server has to prove its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme
from psycopg.conninfo import conninfo_to_dict

from console.errors import ConfigError, StoreError
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from tests.servers.postgres import PostgresServer, running
from tests.servers.postgres_config import Tls

PASSWORD = "open sesame"
NAME = "db.oncall.test"


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "PGSERVICE",
        "PGSERVICEFILE",
        "PGPASSFILE",
        "PGSSLMODE",
        "PGSSLROOTCERT",
        "PGUSER",
        "PGHOST",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://db.example.org/oncall", "verify-full"),
        ("postgresql://10.0.0.7/oncall", "verify-full"),
        ("postgresql://db.example.org/oncall?sslmode=prefer", "verify-full"),
        ("postgresql://a.example.org,127.0.0.1/oncall", "verify-full"),
        ("postgresql://db.example.org/oncall?hostaddr=127.0.0.1", "verify-full"),
        ("postgresql://db.example.org/oncall?sslmode=verify-ca", "verify-ca"),
        ("postgresql://db.example.org/oncall?sslmode=require", "require"),
        ("postgresql://localhost/oncall", None),
        ("postgresql://127.0.0.9/oncall", None),
        ("postgresql://[::1]/oncall", None),
        ("postgresql:///oncall?host=/run/postgresql", None),
        ("postgres:///oncall", None),
    ],
)
def test_another_machine_has_to_prove_its_name(url: str, mode: str | None) -> None:
    assert conninfo_to_dict(target_of(url).conninfo).get("sslmode") == mode


@pytest.mark.parametrize(("mode", "warned"), [("require", True), ("disable", True), ("verify-full", False)])
def test_weaker_protection_is_possible_and_told(mode: str, *, warned: bool) -> None:
    assert bool(target_of(f"postgresql://db.example.org/oncall?sslmode={mode}").warnings) is warned


def test_an_authority_of_ones_own_is_kept(tmp_path: Path) -> None:
    found = conninfo_to_dict(target_of("postgresql://db.example.org/?sslrootcert=/etc/ca.pem").conninfo)
    assert (found["sslmode"], found["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").write_text("")
    assert "sslrootcert" not in conninfo_to_dict(target_of("postgresql://db.example.org/").conninfo)


def test_a_service_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = tmp_path / "services.conf"
    services.write_text(
        "[team]\nhost=db.example.org\ndbname=shift\nuser=asha\nport=6432\n[near]\nhost=/run/pg\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    target = target_of("postgresql:///?service=team")
    assert target.where == "postgresql://asha@db.example.org:6432/shift"
    assert conninfo_to_dict(target.conninfo)["sslmode"] == "verify-full"
    assert "sslmode" not in conninfo_to_dict(target_of("postgresql:///?service=near").conninfo)
    monkeypatch.setenv("PGSERVICE", "team")
    assert target_of("postgresql:///other").where == "postgresql://asha@db.example.org:6432/other"


def test_a_password_is_nowhere_to_be_seen() -> None:
    target = target_of("postgresql://asha@db.example.org/oncall", PASSWORD)
    assert conninfo_to_dict(target.conninfo)["password"] == PASSWORD
    assert PASSWORD not in repr(target) + target.where + "".join(target.warnings)


@pytest.mark.parametrize("url", ["postgresql://[half", "postgresql://h/?nonsense=1"])
def test_an_address_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="cannot be understood") as caught:
        target_of(url)
    assert url not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://127.0.0.1:port/oncall", "wrong port"),
        ("postgresql://127.0.0.1:1/oncall", "is not running there"),
        ("postgresql:///oncall?host=/nowhere", "is not running there"),
        ("postgresql://no.such.host.invalid/oncall", "cannot be found"),
        ("postgresql:///?service=nobody", "cannot be understood|no file defines"),
    ],
)
def test_a_server_that_is_not_there_is_told_in_one_line(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        opens(url, None)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def guarded(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server that wants a password, and TLS on TCP."""
    folder = tmp_path_factory.mktemp("tls")
    issued = authority.issue_cert(NAME)
    issued.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))
    issued.private_key_pem.write_to_path(str(folder / "server.key"))
    with running(password=PASSWORD, tls=Tls(folder / "server.pem", folder / "server.key")) as server:
        yield server


@pytest.fixture
def root(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return quote(str(path), safe="")


def far(server: PostgresServer, database: str, **params: str) -> str:
    """Return the address of the server as if it stood on another machine."""
    said = {"hostaddr": "127.0.0.1", "port": str(server.port), **params}
    return f"postgresql://oncall@{NAME}/{database}?" + "&".join(
        f"{key}={value}" for key, value in said.items()
    )


@pytest.fixture
def database(guarded: PostgresServer) -> str:
    return guarded.create_database()


def opens(url: str, password: str | None = PASSWORD) -> str:
    """Open the store of an address and return what protects the way to it."""
    with closing(PostgresStore(target_of(url, password), answer_within=20)) as store:
        with store.database.read() as tx:
            row = tx.one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert row is not None
        return "tls" if row[0] else "plain"


def test_a_server_that_proves_its_name_is_used(guarded: PostgresServer, database: str, root: str) -> None:
    assert opens(far(guarded, database, sslrootcert=root)) == "tls"


def test_a_server_nobody_vouches_for_is_refused(guarded: PostgresServer, database: str) -> None:
    with pytest.raises(StoreError, match="certificate that is not trusted here"):
        opens(far(guarded, database))


def test_a_certificate_for_another_host_is_refused(guarded: PostgresServer, database: str, root: str) -> None:
    url = far(guarded, database, sslrootcert=root).replace(NAME, "db.elsewhere.test")
    with pytest.raises(StoreError, match="certificate for another host"):
        opens(url)


def test_without_looking_at_the_certificate_it_is_still_encrypted(
    guarded: PostgresServer, database: str
) -> None:
    url = far(guarded, database, sslmode="require")
    assert opens(url) == "tls"
    assert target_of(url).warnings


def test_a_server_without_tls_is_refused(pg_database: str) -> None:
    url = pg_database.replace("@127.0.0.1", f"@{NAME}") + "?hostaddr=127.0.0.1"
    with pytest.raises(StoreError, match="has no TLS"):
        opens(url, None)


@pytest.mark.parametrize("password", [None, "wrong"])
def test_who_has_no_password_is_told_so(guarded: PostgresServer, database: str, password: str | None) -> None:
    url = guarded.url(database, host="socket")
    with pytest.raises(StoreError, match="password") as caught:
        opens(url, password)
    assert "\n" not in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_the_password_file_is_read(
    guarded: PostgresServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "pgpass"
    kept.write_text(f"*:{guarded.port}:{database}:oncall:{PASSWORD}\n")
    kept.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(kept))
    assert opens(guarded.url(database, host="socket"), None) == "plain"
