from __future__ import annotations

import psycopg

from tests.servers.postgres import PostgresServer


def test_a_fresh_database_answers(postgres: PostgresServer, pg_database: str) -> None:
    with psycopg.connect(pg_database) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("oncall",)
        assert connection.info.port == postgres.port
