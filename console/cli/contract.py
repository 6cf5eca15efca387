"""The JSON that scripts may rely on. Keys are added, never renamed or removed, within a major version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from console.cli.changejson import correlated_json
from console.cli.output import stamp
from console.cli.trackreport import tracks_json
from console.domain.alert import Alert, Link, Upstream, Who
from console.domain.describe import timeline
from console.domain.escalation import preview
from console.domain.flapping import held_down_until
from console.domain.health import EngineReport, SourceHealth, status
from console.domain.incident import Incident, Member
from console.domain.kept import kept_alerts, page_of
from console.domain.links import links_of
from console.domain.notify.notification import Notification
from console.domain.oncall import OnCall
from console.domain.parts import parts_of
from console.domain.pauses import running
from console.domain.policy import Policy
from console.domain.runbook import Runbook
from console.domain.sla import Clock, ack_clock, comms_clock, resolve_clock
from console.domain.snapshot import Detail
from console.domain.stepmarks import marked
from console.domain.summary import Summary, summarise
from console.domain.trim import pruned_at


def source_json(source: SourceHealth, report: EngineReport | None, now: datetime) -> dict[str, Any]:
    """Return how far a source can be trusted."""
    return {
        "name": source.name,
        "kind": source.kind,
        "status": str(status(source, report, now)),
        "last_success": stamp(source.last_success),
        "error": source.error or None,
        "hint": source.hint or None,
        "parked": source.parked,
        "on_call": [_on_call(one) for one in source.on_call],
        "on_call_at": stamp(source.on_call_at),
    }


def engine_json(report: EngineReport | None, now: datetime) -> dict[str, Any]:
    """Return who polls and escalates; ``running`` False means that nobody does."""
    return {
        "running": report is not None and now <= report.expires_at,
        "host": report.host if report else None,
        "pid": report.pid if report else None,
        "kind": (report.kind or None) if report else None,
        "beat_at": stamp(report.beat_at) if report else None,
    }


def incident_json(incident: Incident, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return one incident as lists have it."""
    row = summarise(incident)
    return {
        "id": row.id,
        "title": row.title,
        "service": row.service,
        "team": row.team,
        "priority": row.priority.label if row.priority else None,
        "provisional": row.provisional.label if row.provisional else None,
        "state": str(row.state),
        "owner": row.owner or None,
        "reported_at": stamp(row.reported_at),
        "reporter": str(incident.reporter),
        "reported_by": incident.reported_by or None,
        "source_started_at": stamp(row.source_started_at),
        "acked_at": stamp(row.acked_at),
        "acked_by": row.acked_by or None,
        "resolved_at": stamp(row.resolved_at),
        "alerts": {"firing": row.firing, "total": row.total},
        "epoch": row.epoch,
        "snoozed_until": stamp(row.snoozed_until),
        "paused": _pause(incident),
        "tracks": tracks_json(incident, now),
        "flapping": {
            "since": stamp(row.flapping_since),
            "fired": incident.flaps,
            "held_down_until": stamp(held_down_until(row, policy.grouping.flapping)),
        }
        if row.flapping_since
        else None,
        "merged_into": row.merged_into or None,
        "recurrence_of": row.recurrence_of or None,
        "clocks": _clocks(row, policy, now),
        "escalation": _escalation(row, policy, now),
        "sources": list(incident.sources),
        "links": links_json(links_of(incident, policy, now).offered),
        "upstream": [
            {
                "source": effect.source,
                "id": effect.handle or None,
                "state": str(effect.state),
                "kind": str(effect.kind),
                "text": effect.text or None,
                "until": stamp(effect.until),
            }
            for effect in incident.effects
        ],
        "upstream_incidents": [_kept(alert, there) for alert, there in kept_alerts(incident)],
    }


def details_json(detail: Detail, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return one incident with everything about it."""
    incident = detail.incident
    lines = timeline(detail.events, policy)
    return {
        **incident_json(incident, policy, now),
        "pruned_at": stamp(pruned_at(detail.events)),
        "root": incident.root or None,
        "root_why": incident.root_why or None,
        "children": list(incident.children),
        "split_from": incident.split_from or None,
        "parts": [
            {
                "service": one.service,
                "firing": one.firing,
                "total": one.total,
                "since": stamp(one.since),
                "priority": one.priority.label,
                "children": list(one.children),
                "root": one.root,
            }
            for one in parts_of(incident, detail.events, policy)
        ],
        "body": incident.body or None,
        "timeline": [
            {
                "at": stamp(line.at),
                "actor": event.actor.name,
                "actor_kind": str(line.actor_kind),
                "kind": line.kind,
                "text": line.text,
                "undone": line.undone,
            }
            for event, line in zip(detail.events, lines, strict=True)
        ],
        "alerts_list": [_alert(member) for _, member in incident.members],
        "runbook": runbook_json(detail.runbook, incident) if detail.runbook else None,
        "notifications": [notification_json(one) for one in detail.notifications],
        "changes": [correlated_json(one, policy) for one in detail.changes],
    }


def notification_json(one: Notification) -> dict[str, Any]:
    """Return one message to a person or a room and how its delivery stands."""
    return {
        "topic": str(one.topic),
        "channel": one.channel,
        "person": one.person or None,
        "state": str(one.state),
        "attempts": one.attempts,
        "said": one.said or None,
        "made_at": stamp(one.made_at),
        "due_at": stamp(one.due_at),
        "settled_at": stamp(one.settled_at),
    }


def runbook_json(runbook: Runbook, incident: Incident | None) -> dict[str, Any]:
    """Return a runbook and how far an incident has got with it."""
    marks = marked(runbook, incident.steps).marks if incident else {}
    steps = []
    for step in runbook.steps:
        mark = marks.get(step.n)
        steps.append(
            {
                "n": step.n,
                "text": step.text,
                "state": str(mark.state) if mark else "todo",
                "by": mark.by.name if mark else None,
                "at": stamp(mark.at) if mark else None,
                "result": mark.said if mark else "",
                "notes": [text for _, _, text in mark.notes] if mark else [],
            }
        )
    return {"path": runbook.path, "title": runbook.title, "steps": steps}


def links_json(links: Iterable[Link]) -> list[dict[str, str]]:
    """Return titled addresses."""
    return [{"title": link.title, "url": link.url} for link in links]


def _kept(alert: Alert, there: Upstream) -> dict[str, Any]:
    """Return how an incident stands in the product that keeps it."""
    return {
        "source": alert.ref.source,
        "id": alert.ref.fingerprint,
        "reference": there.reference or None,
        "url": page_of(alert) or None,
        "reported_at": stamp(there.reported_at),
        "acked_there": there.acked,
        "acked_there_by": _who(there.acked_by) if there.acked else None,
        "acked_there_at": stamp(there.acked_at),
        "assignees": list(there.assignees),
    }


def _who(who: Who) -> dict[str, Any]:
    return {"id": who.id or None, "name": who.name or None, "email": who.email or None, "bot": who.bot}


def _on_call(one: OnCall) -> dict[str, Any]:
    return {
        "schedule": one.schedule or None,
        "level": one.level,
        "who": _who(one.who),
        "since": stamp(one.since),
        "until": stamp(one.until),
    }


def _pause(incident: Incident) -> dict[str, Any] | None:
    pause = running(incident)
    return {"reason": str(pause.reason), "since": stamp(pause.since), "text": pause.text} if pause else None


def _clocks(row: Summary, policy: Policy, now: datetime) -> dict[str, Any]:
    comms = comms_clock(row, policy)
    return {
        "ack": _clock(ack_clock(row, policy), now),
        "resolve": _clock(resolve_clock(row, policy), now),
        "comms": _clock(comms, now) if comms else {"deadline": None, "stopped_at": None, "breached": False},
    }


def _clock(clock: Clock, now: datetime) -> dict[str, Any]:
    return {
        "deadline": stamp(clock.deadline),
        "stopped_at": stamp(clock.stopped_at),
        "breached": clock.breached(now),
    }


def _escalation(row: Summary, policy: Policy, now: datetime) -> dict[str, Any]:
    plan = preview(row, policy, now, limit=1)
    return {
        "level": row.level,
        "next_at": stamp(plan[0].at) if plan else None,
        "next_to": list(plan[0].people) if plan else [],
        "next_rooms": list(plan[0].channels) if plan else [],
        "waits_for": plan[0].hold.kind.value if plan and plan[0].hold else None,
        "still_to_ack": list(row.chased),
    }


def _alert(member: Member) -> dict[str, Any]:
    alert = member.alert
    return {
        "source": alert.ref.source,
        "fingerprint": alert.ref.fingerprint,
        "name": alert.name,
        "title": alert.title,
        "service": alert.service,
        "priority": alert.priority.label,
        "labels": dict(alert.labels),
        "description": alert.description,
        "started_at": stamp(alert.started_at),
        "first_seen": stamp(member.first_seen),
        "last_seen": stamp(member.last_seen),
        "cleared_at": stamp(member.cleared_at),
        "firing": member.cleared_at is None,
        "count": member.count,
        "muted_until": stamp(alert.muted_until),
        "links": links_json(alert.links),
    }
