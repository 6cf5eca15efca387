"""The tables, as a list of migrations. One text for SQLite and PostgreSQL; ``Dialect`` holds what differs.

A released migration is never changed, only followed by another. Instants and spans are whole
milliseconds, truth values 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words in which the databases differ.

    ``integer`` holds 64 bits, ``serial`` is a key that counts by itself, ``table_end`` closes a
    CREATE TABLE. ``find_meta`` finds a row if the store has been set up.
    """

    integer: str
    serial: str
    table_end: str
    find_meta: str


SQLITE = Dialect(
    integer="INTEGER",
    serial="INTEGER PRIMARY KEY",
    table_end="STRICT",
    find_meta="SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'",
)

# Marks an SQLite file as ours ("oncl"), so that another program's database is refused, not changed.
APPLICATION_ID = 0x6F6E636C


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; its version is its place in the list, counted from 1.

    ``compatible`` is the oldest version whose programs may go on writing after this step.
    """

    sql: str
    compatible: int

    def text(self, dialect: Dialect) -> str:
        """Return the SQL in a database's own words."""
        return self.sql.format(int=dialect.integer, serial=dialect.serial, end=dialect.table_end)


_FIRST = """
CREATE TABLE events (
  seq {int} PRIMARY KEY,
  incident TEXT NOT NULL,
  n {int} NOT NULL,
  at {int} NOT NULL,
  actor TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  kind TEXT NOT NULL,
  op TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (incident, n)
) {end};

CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  seq {int} NOT NULL UNIQUE,
  ended_at {int},
  n {int} NOT NULL,
  title TEXT NOT NULL,
  service TEXT NOT NULL,
  team TEXT NOT NULL,
  key TEXT NOT NULL,
  alert_name TEXT NOT NULL,
  state TEXT NOT NULL,
  is_open {int} NOT NULL,
  priority {int},
  provisional {int},
  reported_at {int} NOT NULL,
  epoch {int} NOT NULL,
  epoch_at {int} NOT NULL,
  owner TEXT NOT NULL,
  acked_at {int},
  acked_by TEXT NOT NULL,
  human_ack_at {int},
  resolved_at {int},
  recovered_at {int},
  firing {int} NOT NULL,
  total {int} NOT NULL,
  snoozed_until {int},
  paused {int} NOT NULL,
  paused_since {int},
  resolve_from {int},
  level {int},
  level_at {int},
  level_round {int} NOT NULL,
  merged_into TEXT NOT NULL,
  recurrence_of TEXT NOT NULL,
  last_activity_at {int},
  nudged_at {int},
  source_started_at {int},
  sources TEXT NOT NULL,
  effect TEXT,
  effect_text TEXT NOT NULL,
  paged_now TEXT NOT NULL,
  bot_acked_at {int},
  held_until {int},
  merged_at {int},
  public_from {int},
  updated_at {int}
) {end};
CREATE UNIQUE INDEX incidents_open_key ON incidents (key) WHERE is_open = 1 AND key <> '';
CREATE INDEX incidents_open ON incidents (is_open) WHERE is_open = 1;
CREATE INDEX incidents_key ON incidents (key) WHERE key <> '';
CREATE INDEX incidents_ended ON incidents (ended_at) WHERE is_open = 0;

CREATE TABLE ops (
  op TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  n {int} NOT NULL,
  at {int} NOT NULL
) {end};

CREATE TABLE outbox (
  pos {serial},
  id TEXT NOT NULL UNIQUE,
  incident TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  text TEXT NOT NULL,
  until {int},
  handle TEXT NOT NULL,
  attempts {int} NOT NULL,
  due_at {int}
) {end};

CREATE TABLE lease (
  id {int} PRIMARY KEY CHECK (id = 1),
  holder TEXT NOT NULL,
  token {int} NOT NULL,
  ttl {int} NOT NULL,
  expires_at {int} NOT NULL,
  report TEXT NOT NULL
) {end};

CREATE TABLE journal (
  pos {serial},
  at {int} NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL
) {end};
CREATE INDEX journal_at ON journal (at);

CREATE TABLE requests (
  name TEXT PRIMARY KEY,
  at {int} NOT NULL
) {end};

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value {int} NOT NULL
) {end};
INSERT INTO meta (name, value) VALUES ('version', 0), ('compatible', 0), ('allocated', 0);
"""

MIGRATIONS: tuple[Migration, ...] = (Migration(_FIRST, compatible=1),)
