"""A real Zabbix for tests: Debian's server and web page, on the PostgreSQL of the tests.

Take the fixture ``zabbix``. The web page is a copy in a folder of ours, served by PHP itself, so nothing is set
up on the machine; the server listens on 127.0.0.1 like it. Where the programs are absent the tests are skipped,
saying so; with ``ONCALL_REQUIRE_ZABBIX=1`` they fail instead.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.servers.alertmanager import free_port
from tests.servers.postgres_databases import Databases
from tests.servers.processes import until

REQUIRE = "ONCALL_REQUIRE_ZABBIX"
PACKAGES = "zabbix-server-pgsql zabbix-frontend-php zabbix-sender php-cli php-pgsql"
SQL = Path("/usr/share/zabbix-server-pgsql")
PAGES = Path("/usr/share/zabbix")
START_WITHIN = 40.0  # seconds
STOP_WITHIN = 10.0
HOST = "db-1"
NEEDED = ("role", "users", "hstgrp", "config", "role_rule", "usrgrp", "users_groups", "ids")
CONNECTION = """<?php
$DB['TYPE'] = 'POSTGRESQL'; $DB['SERVER'] = '{host}'; $DB['PORT'] = '{port}'; $DB['DATABASE'] = '{name}';
$DB['USER'] = '{user}'; $DB['PASSWORD'] = ''; $DB['SCHEMA'] = ''; $DB['ENCRYPTION'] = false;
$DB['DOUBLE_IEEE754'] = true; $ZBX_SERVER_NAME = 'tests'; $IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
"""
SERVER = """ListenIP=127.0.0.1
ListenPort={listen}
LogFile={folder}/server.log
PidFile={folder}/server.pid
SocketDir={folder}
DBHost={host}
DBPort={port}
DBName={name}
DBUser={user}
AllowRoot=1
AllowUnsupportedDBVersions=1
CacheUpdateFrequency=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
"""


class Zabbix:
    """A running Zabbix with one host. ``token`` may do everything."""

    def __init__(self, url: str, sender: list[str]) -> None:
        self.url = url
        self.token = ""
        self._sender = sender
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=START_WITHIN)
        self._host = self._session = ""

    def call(self, method: str, params: Any) -> Any:
        """Call a method of the API as the administrator."""
        body = {"jsonrpc": "2.0", "method": method, "params": params, "id": 1}
        body |= {"auth": self._session} if self._session else {}
        answer = self._client.post("/api_jsonrpc.php", json=body).raise_for_status().json()
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def set_up(self) -> None:
        """Log in, and make a token and the host."""
        self._session = self.call("user.login", {"username": "Admin", "password": "zabbix"})
        self.token = self.new_token("1")
        (group,) = self.call("hostgroup.get", {"filter": {"name": "Linux servers"}, "output": ["groupid"]})
        host = {"host": HOST, "groups": [{"groupid": group["groupid"]}], "interfaces": []}
        (self._host,) = self.call("host.create", host)["hostids"]

    def new_token(self, user: str) -> str:
        """Return a new API token of a user."""
        made = self.call("token.create", {"name": f"{user} {free_port()}", "userid": user})
        found: str = self.call("token.generate", made["tokenids"])[0]["token"]
        return found

    def reader(self) -> str:
        """Return the token of a user who sees the host and may not close problems."""
        group = {"name": f"g{free_port()}", "rights": [{"permission": 2, "id": self._group()}]}
        (made,) = self.call("usergroup.create", group)["usrgrpids"]
        rules = {"actions": [{"name": "close_problems", "status": 0}]}
        (role,) = self.call("role.create", {"name": f"r{free_port()}", "type": 1, "rules": rules})["roleids"]
        user = {"username": f"u{free_port()}", "passwd": "Made-up-9-for-tests", "roleid": role}
        (name,) = self.call("user.create", {**user, "usrgrps": [{"usrgrpid": made}]})["userids"]
        return self.new_token(name)

    def _group(self) -> str:
        (group,) = self.call("hostgroup.get", {"filter": {"name": "Linux servers"}, "output": ["groupid"]})
        found: str = group["groupid"]
        return found

    def trigger(self, key: str, **more: Any) -> None:
        """Make an item, and a trigger that fires while it is above 90."""
        item = {"name": key, "key_": key, "hostid": self._host, "type": 2, "value_type": 3}
        self.call("item.create", item)
        rule = {"description": f"{key} is full", "expression": f"last(/{HOST}/{key})>90", "priority": 5}
        self.call("trigger.create", {**rule, **more})

    def _sent(self, key: str, value: int) -> bool:
        """Report a value, as an agent does; return whether the server knows the item."""
        command = [*self._sender, "-s", HOST, "-k", key, "-o", str(value)]
        sent = subprocess.run(command, capture_output=True, text=True, check=False)
        return "processed: 1" in sent.stdout

    def fires(self, key: str) -> str:
        """Report a fault and return the problem's id when there is one."""
        # Again and again: the server comes to know the item before the trigger.
        until(lambda: self._sent(key, 95) and self.problems(key), START_WITHIN)
        return self.problems(key)[0]

    def recovers(self, key: str) -> None:
        """Report that all is well and wait until the problem is over."""
        until(lambda: self._sent(key, 10) and not self.problems(key), START_WITHIN)

    def problems(self, key: str) -> list[str]:
        """Return the ids of what is open."""
        found = self.call("problem.get", {"output": ["eventid", "name"]})
        return [one["eventid"] for one in found if one["name"].startswith(key)]

    def event(self, name: str) -> dict[str, Any]:
        """Return a problem with what was done to it."""
        asked = {"eventids": [name], "output": "extend", "select_acknowledges": "extend"}
        found: dict[str, Any] = self.call("event.get", asked)[0]
        return found

    def close(self) -> None:
        self._client.close()


def programs() -> dict[str, str]:
    """Return where the programs are; skips (or fails, where they are required) if one is missing."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    found = {
        name: shutil.which(name, path=path) for name in ("zabbix_server", "zabbix_sender", "php", "psql")
    }
    there = {name: place for name, place in found.items() if place is not None}
    if len(there) < len(found) or not SQL.is_dir() or not PAGES.is_dir():
        missing = f"Zabbix is not installed (apt-get install {PACKAGES})"
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return there


def fill(url: str) -> None:
    """Make Zabbix' tables in an empty database, with no more in them than it needs to start.

    What is left out are its templates: a hundred thousand rows.
    """
    rows = gzip.decompress((SQL / "data.sql.gz").read_bytes()).decode().splitlines()
    wanted = tuple(f"INSERT INTO {table} " for table in NEEDED)
    script = gzip.decompress((SQL / "schema.sql.gz").read_bytes()).decode()
    script += "\n".join(["", *(row for row in rows if row.startswith(wanted)), ""])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script.encode())


@contextlib.contextmanager
def running(folder: Path, database: str, found: Mapping[str, str]) -> Iterator[Zabbix]:
    """Run server and web page on this database, and end them afterwards."""
    parts = urlsplit(database)
    listen, page = free_port(), free_port()
    # Zabbix takes no port above 32,767.
    listen = 20_000 + listen % 12_000
    where = {"host": parts.hostname, "port": parts.port, "name": parts.path[1:], "user": parts.username}
    pages = folder / "pages"
    shutil.copytree(PAGES, pages, symlinks=True)
    connection = pages / "conf" / "zabbix.conf.php"
    connection.write_text(CONNECTION.format(**where))
    looked_up = pages / "include/classes/core/CConfigFile.php"
    looked_up.write_text(looked_up.read_text().replace("/etc/zabbix/zabbix.conf.php", str(connection)))
    settings = folder / "server.conf"
    settings.write_text(SERVER.format(listen=listen, folder=folder, **where))
    commands = (
        [found["php"], "-S", f"127.0.0.1:{page}", "-t", str(pages)],
        [found["zabbix_server"], "-f", "-c", str(settings)],
    )
    zabbix = Zabbix(
        f"http://127.0.0.1:{page}", [found["zabbix_sender"], "-z", "127.0.0.1", "-p", str(listen)]
    )
    with contextlib.ExitStack() as stack:
        stack.callback(zabbix.close)
        for number, command in enumerate(commands):
            output = stack.enter_context((folder / f"log{number}").open("wb"))
            process = subprocess.Popen(command, stdout=output, stderr=output)
            stack.callback(_stop, process)
        until(lambda: _answers(zabbix), START_WITHIN)
        zabbix.set_up()
        yield zabbix


def _answers(zabbix: Zabbix) -> bool:
    with contextlib.suppress(httpx.TransportError, RuntimeError):
        return bool(zabbix.call("apiinfo.version", {}))
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_WITHIN)


@pytest.fixture(scope="session")
def zabbix(pg_server: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zabbix]:
    """One Zabbix for the session of a worker. Tests make triggers of their own."""
    found = programs()
    with pg_server.fresh() as database:
        fill(database)
        with running(tmp_path_factory.mktemp("zabbix"), database, found) as server:
            yield server
