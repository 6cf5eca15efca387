from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.calendars.made import calendar, event
from tests.cli.conftest import Run

TABLES = """
[[calendars]]
team = "payments"
role = "shadow"
name = "Feed"
file = "feed.ics"

[[calendars]]
team = "payments"
role = "manager"
name = "Lost"
file = "lost.csv"

[holidays]
file = "days.ics"
"""


def test_each_calendar_is_read_and_what_it_says_counts_for_gaps(
    run: Run, config: Path, tmp_path: Path
) -> None:
    config.write_text(config.read_text() + TABLES)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first, second, third = (f"{today + timedelta(days=days):%Y%m%dT%H%M%SZ}" for days in (-1, 5, 6))
    (tmp_path / "feed.ics").write_bytes(
        calendar(
            event(f"DTSTART:{first}", f"DTEND:{second}", summary="On Call - Asha - Payments"),
            event(f"DTSTART:{second}", f"DTEND:{third}", summary="On Call - Eve - Payments"),
        )
    )
    (tmp_path / "days.ics").write_bytes(
        calendar(event(f"DTSTART;VALUE=DATE:{today:%Y%m%d}", summary="Founders' day"))
    )
    found = run("check", "--json")
    said = {(one["area"], one["name"], one["result"], one["text"]) for one in found.json["checks"]}
    last = f"{today + timedelta(days=5):%Y-%m-%d}"
    assert ("calendar", "Feed", "ok", f"shadow of payments: 1 shift, the last until {last}") in said
    assert (
        "calendar",
        "Feed",
        "warn",
        'nobody is called "Eve": add names = { "Eve" = "…" } to the calendar',
    ) in said
    assert ("holidays", "days.ics", "ok", "1 day") in said
    (lost,) = [
        text for area, name, result, text in said if (area, name, result) == ("calendar", "Lost", "fail")
    ]
    assert lost.startswith("lost.csv cannot be read: no such file")
    gaps = [text for area, _, result, text in said if (area, result) == ("roster", "fail")]
    assert any('nobody is called "Eve"' in text for text in gaps)
    assert found.code == 3
