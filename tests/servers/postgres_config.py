"""What a PostgreSQL for tests is told before it starts: its settings, and who may come in how."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ADMIN = "postgres"
USER = "oncall"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder: nothing stays in /dev/shm after kill -9
    "timezone": "GMT",  # the one zone that needs no file of the system
    "log_timezone": "GMT",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


@dataclass(frozen=True, slots=True)
class Tls:
    """What the server shows to prove its name: PEM files."""

    certificate: Path
    key: Path


def configure(data: Path, settings: Mapping[str, str], *, password: bool, tls: Tls | None) -> None:
    """Write the files of a new data folder. With ``tls`` a TCP connection without it is refused."""
    way = "scram-sha-256" if password else "trust"
    kind = "hostssl" if tls else "host"
    rules = [f"local all {ADMIN} trust", f"local all all {way}", f"{kind} all all 127.0.0.1/32 {way}"]
    (data / "pg_hba.conf").write_text("\n".join(rules) + "\n")
    told = {**SETTINGS, **settings}
    if tls:
        told |= {"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"}
        shutil.copyfile(tls.certificate, data / "server.crt")
        shutil.copyfile(tls.key, data / "server.key")
        (data / "server.key").chmod(0o600)
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in told.items())
