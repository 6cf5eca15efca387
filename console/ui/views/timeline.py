"""The second pane: what happened, which alerts belong to it, and where to look."""

from __future__ import annotations

from datetime import datetime

from console.domain.actors import ActorKind
from console.domain.alert import Link
from console.domain.changes.words import links_of_changes
from console.domain.describe import timeline
from console.domain.human import DAYS, MONTHS, age, clock, until
from console.domain.incident import Incident, Member
from console.domain.links import Links, links_of
from console.domain.policy import Policy
from console.domain.reporters import reported
from console.domain.snapshot import Detail
from console.domain.waiting import Tries
from console.ui.text import Spans, wrap_spans
from console.ui.views.changes import change_paragraphs
from console.ui.views.frame import Frame
from console.ui.views.there import ability_lines, effect_lines, kept_spans
from console.ui.views.told import told_lines

MOST_WORDS = 1000
"""Characters of a description that are shown."""
INDENT = 10
"""Cells of ``HH:MM:SS`` and the gap behind it."""


def timeline_lines(detail: Detail, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    """Return the log and the changes around it, newest first; the day is said where it changes."""
    paragraphs: list[tuple[datetime, list[Spans]]] = [
        *told_lines(detail, policy, frame, width),
        *change_paragraphs(detail, policy, frame, width),
    ]
    lines: list[Spans] = []
    today = frame.now.astimezone(frame.zone).date()
    shown = today
    for entry in timeline(detail.events, policy, frame.zone):
        who = "" if entry.actor_kind is ActorKind.ENGINE else f"  {entry.actor}"
        text = "strike dim" if entry.undone else ""
        told: Spans = ((clock(entry.at, frame.zone), "dim"), ("  ", ""), (entry.text, text), (who, "dim"))
        if entry.undone:
            told = (*told, (" (taken back)", "dim"))
        paragraphs.append((entry.at, wrap_spans(told, width, INDENT)))
    paragraphs.reverse()  # of one instant the later event first, and what was told of it above it
    for at, paragraph in sorted(paragraphs, key=lambda one: one[0], reverse=True):
        local = at.astimezone(frame.zone)
        if local.date() != shown:
            shown = local.date()
            lines.append(((f"{DAYS[shown.weekday()]} {shown.day} {MONTHS[shown.month - 1]}", "header"),))
        lines += paragraph
    if detail.last_time:
        lines += wrap_spans((("last time ", "dim"), (detail.last_time, "")), width, INDENT)
    return lines


def alert_lines(
    incident: Incident, policy: Policy, frame: Frame, width: int, tries: Tries = ()
) -> list[Spans]:
    """Return the member alerts, firing ones first, each with what tells it apart; then what keys do at its sources."""
    lines: list[Spans] = []
    members = sorted(incident.members, key=lambda pair: (pair[1].cleared_at is not None, pair[1].first_seen))
    for ref, member in members:
        lines += wrap_spans(_headline(ref.source, member, frame), width, 2)
        labels = "  ".join(f"{name}={value}" for name, value in member.alert.labels if name != "alertname")
        if labels:
            lines += wrap_spans((("  ", ""), (labels, "dim")), width, 2)
        for line in member.alert.description[:MOST_WORDS].splitlines()[:6]:
            if line.strip() and line.strip() != member.alert.title:
                lines += wrap_spans((("  ", ""), (line.strip(), "")), width, 2)
    if not lines:
        return _report_lines(incident, width)
    asked = effect_lines(incident, tries, frame, width)
    return [*lines, *([()] if asked else []), *asked, (), *ability_lines(incident, policy, width)]


def _report_lines(incident: Incident, width: int) -> list[Spans]:
    """Return what a person told who reported it here, and who that was."""
    told = f"no alert: reported {reported(incident.reporter, incident.reported_by)}"
    words = incident.body[:MOST_WORDS].splitlines()
    wrapped = [one for line in words for one in wrap_spans(((line, ""),), width, 2)]
    return [*wrap_spans(((told, "dim"),), width, 2), *wrapped]


def _headline(source: str, member: Member, frame: Frame) -> Spans:
    alert = member.alert
    firing = member.cleared_at is None
    sign = frame.glyphs.firing if firing else frame.glyphs.cleared
    spent = age(frame.now - (member.first_seen if firing else member.cleared_at or member.first_seen))
    words = f"for {spent}" if firing else f"cleared {spent} ago"
    line: Spans = (
        (f"{sign} ", "state-firing" if firing else "state-cleared"),
        (alert.title, "" if firing else "dim"),
        (f"  {words}", "dim"),
        (f" · seen {member.count}×" if member.count > 1 else "", "dim"),
        (f"  {source}", "dim"),
        *kept_spans(alert, frame),
    )
    if alert.muted_until is not None:
        line = (*line, (f"  silenced until {until(alert.muted_until, frame.now, frame.zone)}", "note italic"))
    return line


def all_links(detail: Detail, policy: Policy, now: datetime) -> Links:
    """Return the links of an incident once each: the runbook, the alerts', the service's, what is filled in, changes'."""
    links, url = links_of(detail.incident, policy, now), detail.incident.runbook_url
    runbook = (Link("runbook", url),) if url else ()
    offered = (*runbook, *links.offered, *links_of_changes(detail.changes))
    first = {link.url: link for link in reversed(offered)}
    return Links(tuple(link for link in offered if first[link.url] is link), links.missing)


def link_lines(detail: Detail, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    """Return the links, numbered as the ``o`` menu numbers them, and which templates say too little here."""
    lines: list[Spans] = []
    links = all_links(detail, policy, frame.now)
    for n, link in enumerate(links.offered, 1):
        # Many terminals open an address that is marked as a link (OSC 8), however it is wrapped.
        told = ((f"{n} ", "name bold"), (link.title, ""), ("  ", ""), (link.url, f"dim link={link.url}"))
        lines += wrap_spans(told, width, 2)
    for title, why in links.missing:
        lines += wrap_spans((("- ", "dim"), (title, "dim"), (f"  not offered: {why}", "dim")), width, 2)
    return lines or [(("no links: alerts and services may carry some", "dim"),)]
