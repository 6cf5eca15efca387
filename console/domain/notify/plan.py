"""What an incident's events tell, and to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain import events as ev
from console.domain.alert import Alert
from console.domain.comms.following import followed
from console.domain.describe import describe
from console.domain.human import clock, length, listed
from console.domain.incident import Incident
from console.domain.notify.matching import About, Way, people_named, rooms
from console.domain.notify.notification import Notification, Topic
from console.domain.notify.saying import Saying, effective, notifications, titled
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.summary import summarise
from console.domain.tracks import Track, find
from console.domain.zones import zone_of

LATE = timedelta(hours=1)
"""What happened longer ago is history and told by no channel, but for pages that still wait for an ack
and checks of parallel work that nobody has made."""


def plan(event: ev.Event, incident: Incident, policy: Policy, now: datetime) -> tuple[Notification, ...]:
    """Return what is to be sent of an event; ``incident`` is how it stands after it, or later.

    The same event gives the same ids, whoever asks and whenever.
    """
    if now - event.at > LATE and not _waits(event.body, incident):
        return ()
    case = _Case(event, incident, policy, now)
    return tuple(
        one for saying, also in case.sayings() for one in notifications(saying, policy, event.at, also)
    )


def is_told(event: ev.Event) -> bool:
    """Return whether an event of this kind can be told at all; most cannot, and need no second look."""
    told = ev.Escalated | ev.Repaged | ev.Assigned | ev.Nudged | ev.TrackDue | _ENDS
    if isinstance(event.body, ev.AlertsFired):
        return any(map(_is_urgent, event.body.alerts))
    return isinstance(event.body, told) or type(event.body) in _SHARED


def _is_urgent(alert: Alert) -> bool:
    return alert.priority <= Priority.P2 and alert.muted_until is None


def _waits(body: ev.Body, incident: Incident) -> bool:
    """Return whether it is told however late: somebody is still to ack, or to look after a track."""
    paged = isinstance(body, ev.Escalated | ev.Assigned) and not incident.is_acked
    return incident.is_open and (paged or isinstance(body, ev.TrackDue))


_SHARED: dict[type[object], Topic] = {
    ev.Opened: Topic.OPENED,
    ev.LevelSkipped: Topic.SKIPPED,
    ev.Acked: Topic.ACKED,
    ev.Unacked: Topic.ACKED,
    ev.Undone: Topic.ACKED,
    ev.Resolved: Topic.RESOLVED,
    ev.Reopened: Topic.REOPENED,
}
"""Events that everybody may know in the timeline's own words."""

_ENDS = ev.Resolved | ev.Closed | ev.Merged
"""Events after which clients may still take it for going on."""


def _still(track: Track, due: ev.TrackDue) -> bool:
    """Return whether nobody has looked after it meanwhile."""
    return track.is_open and track.check_at == due.check_at


def _is_here(person: str, policy: Policy, at: datetime) -> bool:
    """Return whether somebody can be reached at an instant, as far as is known: they are in the config and not on leave."""
    away = (one for one in policy.roster.absences if one.person == person)
    return person in policy.people and not any(one.start <= at < one.end for one in away)


@dataclass(frozen=True, slots=True)
class _Case:
    event: ev.Event
    incident: Incident
    policy: Policy
    now: datetime

    def sayings(self) -> Iterator[tuple[Saying, Sequence[Way]]]:
        """Yield what is said of the event, each with rooms besides those of the rules."""
        body = self.event.body
        if isinstance(body, ev.Escalated):
            yield self._paged(body), rooms(body.channels, self.policy)
        elif isinstance(body, ev.Repaged):
            yield self._repaged(body), ()
        elif isinstance(body, ev.Assigned):
            if body.to and body.to != self.event.actor.name:
                yield self._assigned(body), ()
        elif isinstance(body, ev.Nudged | ev.AlertsFired | ev.TrackDue):
            if (saying := self._to_owner(body)) is not None:
                yield saying, ()
        elif type(body) in _SHARED:
            yield self._shared(_SHARED[type(body)]), ()
        if isinstance(body, _ENDS) and summarise(self.incident).wants_last_word:
            yield self._last_word(), ()

    def _last_word(self) -> Saying:
        """Concerns who had it, else who is on duty: clients still take it for going on."""
        incident = self.incident
        duty = people_named(("primary",), incident.team, self.policy, self.event.at)
        people = (incident.owner,) if incident.owner else duty
        what = f"goes on in {incident.merged_into}" if incident.merged_into else "is over"
        places = listed(followed(incident))
        return self._saying(
            Topic.COMMS, people, f"{incident.id} {what}, and clients have not been told so ({places})."
        )

    def _to_owner(self, body: ev.Nudged | ev.AlertsFired | ev.TrackDue) -> Saying | None:
        """Return what concerns whoever has it; None where it does not any more."""
        if isinstance(body, ev.Nudged):
            return self._nudged(body)
        if isinstance(body, ev.AlertsFired):
            return self._grown(services) if (services := self._joined(body)) else None
        track = find(self.incident.tracks, body.track)
        return self._track(track, body) if track and _still(track, body) else None

    def _shared(self, topic: Topic) -> Saying:
        """Concerns, beside everybody, those who were paged and did not do it themselves (``to = ["paged"]``)."""
        actor = self.event.actor.name
        words = describe(self.event, self.policy)
        text = words if topic in {Topic.OPENED, Topic.SKIPPED} else f"{self.policy.name_of(actor)}: {words}"
        return self._saying(topic, tuple(who for who in self.incident.paged_now if who != actor), text)

    def _paged(self, body: ev.Escalated) -> Saying:
        names = listed(tuple(map(self.policy.name_of, body.to)), most=10)
        level = f"level {body.level}" + (f", {body.name}" if body.name else "")
        again = f", round {body.round + 1}" if body.round else ""
        because = f": {body.reason}" if body.reason else ""
        by = "" if body.auto else f" by {self.policy.name_of(self.event.actor.name)}"
        since = f"Open for {length(self.now - self.incident.epoch_at)}, nobody has acked."
        return self._saying(
            Topic.PAGED,
            body.to,
            f"You are paged{by} ({level}{again}){because}.\n{since}",
            f"{names} paged{by} ({level}{again}){because}. {since}",
        )

    def _repaged(self, body: ev.Repaged) -> Saying:
        owner = self.incident.owner
        has = f"{self.policy.name_of(owner)} has it, but " if owner else ""
        names = listed(tuple(map(self.policy.name_of, body.to)), most=10)
        return self._saying(
            Topic.PAGED,
            body.to,
            f"You are paged again: {has}everyone on this level has to ack.",
            f"{names} paged again: {has}everyone on this level has to ack.",
        )

    def _assigned(self, body: ev.Assigned) -> Saying:
        by = self.policy.name_of(self.event.actor.name)
        return self._saying(
            Topic.PAGED,
            (body.to,),
            f"{by} made it yours.",
            f"{by} made it {self.policy.name_of(body.to)}'s.",
        )

    def _nudged(self, body: ev.Nudged) -> Saying:
        owner = self.incident.owner
        since = clock(body.quiet_since, zone_of(owner, self.incident.team, self.policy))[:5]
        quiet = f"nothing has been heard since {since}"
        answer = length(self.policy.nudge_answer)
        return self._saying(
            Topic.NUDGE,
            (owner,) if owner else (),
            f"Still on it? You have acked it, and {quiet}. Without an answer within {answer} it is paged again.",
            f"{self.policy.name_of(owner)} was asked whether they are still on it: {quiet}.",
        )

    def _joined(self, body: ev.AlertsFired) -> tuple[str, ...]:
        """Return the services whose first alerts, urgent ones, joined what somebody had acked by then: nobody is paged."""
        acked = self.incident.acked_at
        if not self.incident.is_acked or acked is None or acked > self.event.at:
            return ()
        known = {
            member.alert.service for _, member in self.incident.members if member.first_seen < self.event.at
        }
        services = dict.fromkeys(alert.service for alert in body.alerts if _is_urgent(alert))
        return tuple(one for one in services if one not in known)

    def _grown(self, services: tuple[str, ...]) -> Saying:
        owner, what = self.incident.owner, listed(services, most=10)
        verb = "fails" if len(services) == 1 else "fail"
        return self._saying(
            Topic.JOINED,
            (owner,) if owner else (),
            f"{what} {verb} too, and joined what you have acked: nobody is paged for that. Split it off if it is another fault.",
            f"{what} {verb} too: part of it, and {self.policy.name_of(owner)} has it.",
        )

    def _track(self, track: Track, body: ev.TrackDue) -> Saying:
        """Concerns the track's owner, else the incident's, else who is on duty for its team.

        An owner who has left or is on leave is passed over: a reminder that nobody hears is none.
        """
        incident, policy = self.incident, self.policy
        owners = tuple(filter(None, (track.owner, incident.owner)))
        here = next((who for who in owners if _is_here(who, policy, self.event.at)), "")
        duty = people_named(("primary",), incident.team, policy, self.event.at)
        people = (here,) if here else duty or incident.paged_now or owners[:1]
        at = clock(body.check_at, zone_of(people[0] if people else "", incident.team, policy))[:5]
        todo = f"{track.verb} {track.titled}"
        return self._saying(
            Topic.TRACK,
            people,
            f"It is time to {todo}: its check of {at} is due.",
            f"{listed(tuple(map(policy.name_of, people))) or 'Somebody'} is to {todo}: its check of {at} is due.",
        )

    def _saying(self, topic: Topic, people: tuple[str, ...], text: str, room_text: str = "") -> Saying:
        incident = self.incident
        return Saying(
            key=f"{incident.id}/{self.event.n}/{topic.value}",
            about=About(topic, people, effective(incident), incident.team),
            title=titled(incident),
            text=text,
            room_text=room_text,
            incident=incident.id,
        )
