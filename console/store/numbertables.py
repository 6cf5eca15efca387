"""The tables that reports read, and the views for people who ask the store in SQL themselves.

``measures`` and ``pages`` hold nothing that is not in the logs: ``store/measuring`` makes them anew where an
incident's ``seq`` has moved on. The views are what is promised to readers; the tables are not.
"""

from __future__ import annotations

_TABLES = """
CREATE TABLE measures (
  incident {text} PRIMARY KEY,
  seq {int} NOT NULL,
  n {int} NOT NULL,
  title {text} NOT NULL,
  service {text} NOT NULL,
  team {text} NOT NULL,
  rule {text} NOT NULL,
  reported_at {int} NOT NULL,
  priority {int},
  provisional {int},
  is_open {int} NOT NULL,
  merged {int} NOT NULL,
  unacked {int} NOT NULL,
  auto_cleared {int} NOT NULL,
  noise {int} NOT NULL,
  reclassified {int} NOT NULL,
  tta {int},
  strict {int},
  ttr_first {int},
  ttr_total {int},
  recovery {int},
  paused {int} NOT NULL,
  acked_by {text} NOT NULL,
  cause {text} NOT NULL,
  sufficed {text} NOT NULL,
  epochs {int} NOT NULL,
  chased {int} NOT NULL,
  flaps {int} NOT NULL
) {end};
CREATE INDEX measures_seq ON measures (seq);
CREATE INDEX measures_reported ON measures (reported_at);

CREATE TABLE pages (
  pos {serial},
  incident {text} NOT NULL,
  at {int} NOT NULL,
  person {text} NOT NULL,
  night {int} NOT NULL,
  service {text} NOT NULL,
  team {text} NOT NULL
) {end};
CREATE INDEX pages_at ON pages (at);
CREATE INDEX pages_incident ON pages (incident);
"""

_VIEWS = """
CREATE VIEW v_incidents AS SELECT
  i.id AS incident, i.title, i.service, i.team, i.alert_name AS rule, i.state,
  CASE WHEN coalesce(i.priority, i.provisional) IS NULL THEN NULL
    ELSE 'P' || coalesce(i.priority, i.provisional) END AS priority,
  (i.is_open = 1) AS is_open,
  (i.merged_into <> '') AS merged,
  instant[i.reported_at] AS reported_at,
  instant[i.resolved_at] AS resolved_at,
  i.owner, i.ticket, m.acked_by, m.cause,
  m.tta / 1000.0 AS tta_seconds,
  m.ttr_first / 1000.0 AS ttr_first_seconds,
  m.ttr_total / 1000.0 AS ttr_seconds,
  m.recovery / 1000.0 AS recovery_seconds,
  (m.unacked = 1) AS unacked,
  (m.auto_cleared = 1) AS auto_cleared,
  (m.noise = 1) AS noise,
  m.epochs - 1 AS reopened,
  (m.seq IS NOT NULL AND m.seq = i.seq) AS measured
FROM incidents i LEFT JOIN measures m ON m.incident = i.id;

CREATE VIEW v_pages AS SELECT
  p.incident, p.service, p.team, p.person,
  instant[p.at] AS paged_at,
  (p.night = 1) AS night
FROM pages p;

CREATE VIEW v_weekly AS SELECT
  instant[m.reported_at - (m.reported_at - 345600000) % 604800000] AS week,
  m.team, m.service,
  count(*) AS incidents,
  count(m.tta) AS acked,
  avg(m.tta) / 1000.0 AS mtta_seconds,
  count(m.ttr_total) AS resolved,
  avg(m.ttr_total) / 1000.0 AS mttr_seconds,
  sum(m.unacked) AS unacked,
  sum(m.auto_cleared) AS auto_cleared,
  sum(m.noise) AS noise
FROM measures m WHERE m.merged = 0 GROUP BY 1, 2, 3;

CREATE VIEW v_changes AS SELECT
  c.id AS change, c.service, c.what, c.kind, c.actor, c.url, c.source,
  instant[c.at] AS changed_at,
  instant[c.seen_at] AS seen_at
FROM changes c;
"""
# 345600000 is Monday, 1970-01-05, 604800000 a week: weeks of UTC, which are the same on both databases.

NUMBERS = _TABLES + _VIEWS
