"""The tables of the first version, in the words that ``schema.Dialect`` fills in. Never changed, only followed."""

from __future__ import annotations

FIRST = """
CREATE TABLE events (
  seq {int} PRIMARY KEY,
  incident {text} NOT NULL,
  n {int} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  actor_kind {text} NOT NULL,
  kind {text} NOT NULL,
  op {text} NOT NULL,
  body {text} NOT NULL,
  UNIQUE (incident, n)
) {end};

CREATE TABLE incidents (
  id {text} PRIMARY KEY,
  seq {int} NOT NULL UNIQUE,
  ended_at {int},
  n {int} NOT NULL,
  title {text} NOT NULL,
  service {text} NOT NULL,
  team {text} NOT NULL,
  key {text} NOT NULL,
  alert_name {text} NOT NULL,
  state {text} NOT NULL,
  is_open {int} NOT NULL,
  priority {int},
  provisional {int},
  reported_at {int} NOT NULL,
  epoch {int} NOT NULL,
  epoch_at {int} NOT NULL,
  owner {text} NOT NULL,
  acked_at {int},
  acked_by {text} NOT NULL,
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
  merged_into {text} NOT NULL,
  recurrence_of {text} NOT NULL,
  last_activity_at {int},
  nudged_at {int},
  source_started_at {int},
  sources {text} NOT NULL,
  effect {text},
  effect_text {text} NOT NULL,
  paged_now {text} NOT NULL,
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
  op {text} PRIMARY KEY,
  incident {text} NOT NULL,
  n {int} NOT NULL,
  at {int} NOT NULL
) {end};

CREATE TABLE outbox (
  pos {serial},
  id {text} NOT NULL UNIQUE,
  incident {text} NOT NULL,
  source {text} NOT NULL,
  kind {text} NOT NULL,
  actor {text} NOT NULL,
  text {text} NOT NULL,
  until {int},
  handle {text} NOT NULL,
  attempts {int} NOT NULL,
  due_at {int}
) {end};

CREATE TABLE lease (
  id {int} PRIMARY KEY CHECK (id = 1),
  holder {text} NOT NULL,
  token {int} NOT NULL,
  ttl {int} NOT NULL,
  expires_at {int} NOT NULL,
  report {text} NOT NULL
) {end};

CREATE TABLE journal (
  pos {serial},
  at {int} NOT NULL,
  kind {text} NOT NULL,
  subject {text} NOT NULL,
  text {text} NOT NULL
) {end};
CREATE INDEX journal_at ON journal (at);

CREATE TABLE requests (
  name {text} PRIMARY KEY,
  at {int} NOT NULL
) {end};

CREATE TABLE meta (
  name {text} PRIMARY KEY,
  value {int} NOT NULL
) {end};
INSERT INTO meta (name, value) VALUES ('version', 0), ('compatible', 0), ('allocated', 0);
"""
