from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.calendars.ics import read
from console.domain.people import Person
from console.errors import CalendarError
from tests.calendars.made import BERLIN, JAKARTA, asked, calendar, event, hours, spans

DAY = ("DTSTART:20260105T080000Z", "DTEND:20260106T080000Z")
ONE = [("asha", "01-05 08:00", "01-06 08:00")]


def test_a_feed_of_folded_lines_with_the_name_in_the_title() -> None:
    data = calendar(
        "BEGIN:VEVENT\nUID:Q1\nDTSTART;VALUE=DATE-TIME:20260105T080000Z\nDTEND;VALUE=DATE-TIME:20260112T080000Z\n"
        "ATTENDEE:https://pd.example/users/PASHA\nSUMMARY:On Call - Asha \n Nair - Payments prim\n\tary\nEND:VEVENT",
        "BEGIN:VEVENT\nUID:Q2\nDTSTART:20260112T080000Z\nDTEND:20260119T080000Z\nSUMMARY:On Call - Budi Santoso\nEND:VEVENT",
    )
    found = read(data, asked())
    assert spans(found.shifts) == [
        ("asha", "01-05 08:00", "01-12 08:00"),
        ("budi", "01-12 08:00", "01-19 08:00"),
    ]
    assert found.problems == ()


def test_bytes_folded_within_a_letter_bare_newlines_and_a_mark_at_the_start() -> None:
    text = calendar(event(*DAY, summary="On Call - Rína Álvarez - Payments")).decode().replace("\r\n", "\n")
    data = text.encode().replace("Á".encode(), b"\xc3\n \x81")
    assert spans(read(b"\xef\xbb\xbf" + data, asked()).shifts) == [("rina", "01-05 08:00", "01-06 08:00")]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_encodings_and_accents_left_out(encoding: str) -> None:
    data = calendar(event(*DAY, summary="rina álvarez")).decode().encode(encoding)
    assert spans(read(data, asked()).shifts) == [("rina", "01-05 08:00", "01-06 08:00")]


@pytest.mark.parametrize(
    "lines",
    [
        ("SUMMARY:ignored",),
        (
            "ATTENDEE;CN=Somebody;PARTSTAT=DECLINED:mailto:budi@ops.example",
            "ATTENDEE:MAILTO:Asha@OPS.example",
        ),
        (
            'ATTENDEE;CN="Nair, Asha; Asha Nair":mailto:other@ops.example',
            "ATTENDEE;CN=Asha Nair:mailto:x@y.example",
        ),
        ("X-ONCALL-PERSON:asha",),
    ],
)
def test_whoever_is_invited_goes_before_the_title(lines: tuple[str, ...]) -> None:
    title = "Budi Santoso" if lines[0] != "SUMMARY:ignored" else "Payments (ASHA)"
    assert spans(read(calendar(event(*DAY, *lines, summary=title)), asked()).shifts) == ONE


def test_several_of_ours_invited_is_said() -> None:
    lines = ("ATTENDEE:mailto:budi@ops.example", "ATTENDEE:mailto:asha@ops.example")
    found = read(calendar(event(*DAY, *lines, summary="Pair")), asked())
    assert [one.person for one in found.shifts] == ["budi"]
    assert found.problems == ('"Pair" of 2026-01-05 has several people: budi holds it, not asha',)


def test_somebody_unknown_is_a_gap_that_says_so_until_names_tells() -> None:
    data = calendar(event(*DAY, summary="On Call - J. Doe - Payments"))
    found = read(data, asked())
    assert [(one.person, one.reason) for one in found.shifts] == [("", 'nobody is called "J. Doe"')]
    assert found.problems == ('nobody is called "J. Doe": add names = { "J. Doe" = "…" } to the calendar',)
    assert spans(read(data, asked(names=(("j. doe", "asha"),))).shifts) == ONE


def test_a_name_that_two_people_share_is_nobodys() -> None:
    both = (Person("a1", "Asha"), Person("a2", "asha"))
    found = read(calendar(event(*DAY, summary="Asha")), asked(people=both))
    assert [one.person for one in found.shifts] == [""]


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "W. Europe Standard Time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
        "/mozilla.org/20050126_1/Europe/Berlin",
        '"Europe/Berlin"',
    ],
)
def test_zones_by_all_their_names_without_a_definition(zone: str) -> None:
    start, end = (f"{key};TZID={zone}:2026070{day}T090000" for key, day in (("DTSTART", 6), ("DTEND", 7)))
    found = read(calendar(event(start, end)), asked(JAKARTA))
    assert spans(found.shifts) == [("asha", "07-06 07:00", "07-07 07:00")]
    assert found.problems == ()


def test_a_zone_by_its_definition_only() -> None:
    defined = "BEGIN:VTIMEZONE\nTZID:Ours\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE"
    lines = ("DTSTART;TZID=Ours:20260706T090000", "DTEND;TZID=Ours:20260707T090000")
    assert spans(read(calendar(defined, event(*lines)), asked(JAKARTA)).shifts) == [
        ("asha", "07-06 07:00", "07-07 07:00")
    ]
    found = read(calendar(event(*lines)), asked(JAKARTA))
    assert spans(found.shifts) == [("asha", "07-06 02:00", "07-07 02:00")]
    assert found.problems == ('the time zone "Ours" is not known: read as Asia/Jakarta',)


def test_times_without_a_zone_are_the_calendars_own_or_else_ours() -> None:
    floating = event("DTSTART:20260105T090000", "DTEND:20260106T090000")
    assert spans(read(calendar(floating), asked(BERLIN)).shifts) == ONE
    head = "X-WR-TIMEZONE:Asia/Jakarta"
    assert spans(read(calendar(floating, head=head), asked(BERLIN)).shifts) == [
        ("asha", "01-05 02:00", "01-06 02:00")
    ]


def test_whole_days_are_local_midnights_and_free_ones_count() -> None:
    data = calendar(event("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330", "TRANSP:TRANSPARENT"))
    found = read(data, asked(BERLIN))
    assert spans(found.shifts) == [("asha", "03-27 23:00", "03-29 22:00")]
    assert hours(found.shifts) == [47]
    assert hours(read(calendar(event("DTSTART;VALUE=DATE:20260328")), asked(BERLIN)).shifts) == [24]


def test_lengths_count_days_by_the_clock_and_hours_as_they_pass() -> None:
    start = "DTSTART;TZID=Europe/Berlin:20260328T120000"
    assert hours(read(calendar(event(start, "DURATION:P1D")), asked()).shifts) == [23]
    assert hours(read(calendar(event(start, "DURATION:PT24H")), asked()).shifts) == [24]
    assert hours(read(calendar(event(start, "DURATION:P1DT1H")), asked()).shifts) == [24]


def test_wall_times_that_are_not_or_are_twice() -> None:
    spring = event("DTSTART;TZID=Europe/Berlin:20260329T023000", "DTEND;TZID=Europe/Berlin:20260329T090000")
    autumn = event("DTSTART;TZID=Europe/Berlin:20261025T023000", "DTEND;TZID=Europe/Berlin:20261025T090000")
    assert spans(read(calendar(spring, autumn), asked()).shifts) == [
        ("asha", "03-29 01:00", "03-29 07:00"),
        ("asha", "10-25 00:30", "10-25 08:00"),
    ]


BAD = {
    "no start": ("DTEND:20260106T080000Z",),
    "no end": ("DTSTART:20260105T080000Z",),
    "backwards": ("DTSTART:20260105T080000Z", "DTEND:20260104T080000Z"),
    "no time": ("DTSTART:tomorrow", "DTEND:20260104T080000Z"),
    "no day": ("DTSTART:20260231T080000Z", "DTEND:20260304T080000Z"),
    "year 1": ("DTSTART:00010101T000000Z", "DTEND:20260104T080000Z"),
    "year 9999": ("DTSTART:20260101T000000Z", "DTEND:99991231T235959Z"),
    "no length": ("DTSTART:20260105T080000Z", "DURATION:soon"),
    "each second": (*DAY, "RRULE:FREQ=SECONDLY"),
    "no step": (*DAY, "RRULE:FREQ=DAILY;INTERVAL=0"),
    "no rule": (*DAY, "RRULE:whenever"),
}


@pytest.mark.parametrize("lines", BAD.values(), ids=BAD)
def test_one_bad_event_never_hides_the_good_ones(lines: tuple[str, ...]) -> None:
    data = calendar(event(*lines, summary="Budi bad"), event(*DAY))
    found = read(data, asked())
    assert spans(found.shifts) == ONE
    assert len(found.problems) == 1
    assert "Budi bad" in found.problems[0]


def test_an_alarm_within_and_cancelled_ones_do_not_count() -> None:
    alarm = "BEGIN:VALARM\nTRIGGER:-PT10M\nSUMMARY:Budi Santoso\nDTSTART:20270101T000000Z\nEND:VALARM"
    gone = event(*DAY, "STATUS:CANCELLED", summary="Budi Santoso")
    assert spans(read(calendar(event(*DAY, alarm), gone), asked()).shifts) == ONE


def test_who_started_last_holds_it_and_someone_known_before_someone_unknown() -> None:
    data = calendar(
        event("DTSTART:20260105T000000Z", "DTEND:20260112T000000Z"),
        event("DTSTART:20260107T000000Z", "DTEND:20260108T000000Z", summary="Budi Santoso"),
        event("DTSTART:20260109T120000Z", "DTEND:20260109T130000Z", summary="Team lunch"),
    )
    found = read(data, asked())
    assert spans(found.shifts) == [
        ("asha", "01-05 00:00", "01-07 00:00"),
        ("budi", "01-07 00:00", "01-08 00:00"),
        ("asha", "01-08 00:00", "01-12 00:00"),
    ]
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><title>Sign in</title>", "web page"),
        (b"\xef\xbb\xbf\n <html>", "web page"),
        (b"person,start,end\n", "no calendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:cut", "breaks off"),
        (b"BEGIN:X\n" * 100, "without end"),
    ],
    ids=["empty", "page", "page with a mark", "table", "cut", "nested"],
)
def test_what_is_no_calendar_is_said(data: bytes, words: str) -> None:
    with pytest.raises(CalendarError, match=words):
        read(data, asked())


def test_names_with_controls_are_shown_not_obeyed() -> None:
    data = calendar(event(*DAY, summary="\x1b[31mEve\u202e [/]"))
    found = read(data, asked())
    assert all(line.isprintable() for line in found.problems)
    assert "\x1b" not in found.shifts[0].reason


def test_only_what_was_asked_for_comes_back() -> None:
    data = calendar(event("DTSTART:20200101T000000Z", "DTEND:20280101T000000Z"))
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    found = read(data, asked(start=start, end=end))
    assert [(one.start, one.end) for one in found.shifts] == [(start, end)]
    assert found.until == end
