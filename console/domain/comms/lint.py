"""What clients must not read: each finding with the words it is about and what to do. Pure.

The rules are PagerDuty's for messages to clients (semantics, section 6) and our own. An error is never posted.
A net has holes: whoever posts still reads what they post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.comms import inside, promises
from console.domain.comms.draft import Draft, render
from console.domain.comms.plain import disguised, plain
from console.domain.comms.template import next_promise
from console.domain.incident import Incident
from console.domain.masking import mask
from console.domain.policy import Policy
from console.domain.vocabulary import ComponentState, Stage

LONGEST = 3_500
"""Characters of a whole update: what Slack takes in one message, with room for its head."""

_FAR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``about`` are the words as they stand, empty where something is missing.

    ``field`` names the field; ``text`` says what is wrong, ``hint`` what to do. Only an ``error`` keeps an update back.
    """

    field: str
    about: str
    text: str
    hint: str
    error: bool = True

    @property
    def words(self) -> str:
        """It all on one line."""
        about = f' "{self.about}"' if self.about else ""
        return f"{self.field}:{about} {self.text}; {self.hint}"


def lint(draft: Draft, incident: Incident, policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """Return all that is wrong with an update, errors first; the same draft gives the same findings."""
    found = [*_required(draft), *_times(draft, incident, policy, now), *_stage(draft.stage, incident)]
    for field, text in draft.texts:
        found += _text(
            field, text, incident, policy, full=draft.failing is ComponentState.MAJOR, stage=draft.stage
        )
    if draft.stage is Stage.RESOLVED and draft.failing is not ComponentState.OPERATIONAL:
        text = "is not working, and the incident is said to be over"
        found.append(
            Finding("components", draft.failing.value, text, 'set "operational", or choose monitoring')
        )
    if len(render(draft)) > LONGEST:
        found.append(
            Finding("update", "", f"is longer than {LONGEST} characters", "say less, and link to more")
        )
    return _ordered(found)


def lint_text(text: str, incident: Incident, policy: Policy) -> tuple[Finding, ...]:
    """Return what is wrong with a text that follows no template: nothing can be missing in it."""
    found = [*_text("text", text, incident, policy, full=False, stage=None)]
    return _ordered([*found, *_length(text)])


def _ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.error))


def _length(text: str) -> Iterator[Finding]:
    if len(text) > LONGEST:
        yield Finding("update", "", f"is longer than {LONGEST} characters", "say less, and link to more")


def _required(draft: Draft) -> Iterator[Finding]:
    if not draft.impact.strip():
        yield Finding("impact", "", "is missing", "say what clients see: what fails, and for whom")
    if draft.next_at is None and draft.stage is not Stage.RESOLVED:
        yield Finding("next", "", "is missing", "say when clients hear of us again")
    if not draft.components:
        text = "are not said"
        yield Finding("components", "", text, "choose the services it is about", error=False)


def _times(draft: Draft, incident: Incident, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the promised time: it is the one time that may be promised."""
    if draft.next_at is None:
        return
    if draft.next_at <= now:
        yield Finding(
            "next", f"{draft.next_at:%H:%M} UTC", "is over already", "promise a time that is to come"
        )
    elif draft.next_at > now + _FAR:
        yield Finding("next", f"{draft.next_at:%d %b}", "is more than a day away", "promise one within a day")
    elif incident.public_from is not None and draft.next_at > next_promise(incident, policy, now):
        due = next_promise(incident, policy, now)
        text = f"is later than the clock asks for ({due:%H:%M} UTC)"
        yield Finding("next", f"{draft.next_at:%H:%M} UTC", text, "promise it earlier", error=False)
    if draft.since is not None and draft.since > now:
        yield Finding("since", f"{draft.since:%H:%M} UTC", "has not come yet", "say when it began")


def _stage(stage: Stage, incident: Incident) -> Iterator[Finding]:
    """Yield what does not go with how the incident stands. One that was merged may still be closed where it is read."""
    over = stage is Stage.RESOLVED
    if over and incident.is_open:
        text = "is said of an incident that is still open"
        yield Finding("stage", stage.value, text, "is it over for clients? then resolve it too", error=False)
    elif incident.merged_into and not over:
        text = f"is said of what was merged into {incident.merged_into}"
        yield Finding("stage", stage.value, text, f"post it on {incident.merged_into}")
    elif not incident.is_open and not over:
        text = "is said of an incident that is over"
        yield Finding("stage", stage.value, text, "choose resolved, or reopen it", error=False)


def _text(  # noqa: PLR0913 - a text, and what is known of whom it is about
    field: str, text: str, incident: Incident, policy: Policy, *, full: bool, stage: Stage | None
) -> Iterator[Finding]:
    text = plain(text[:LONGEST])  # what is longer is refused anyway
    masked = mask(text)
    if masked != text:
        yield Finding(field, "", "holds what looks like a password or token", "take it out, and change it")
    yield from _claims(field, masked, full=full, over=stage is Stage.RESOLVED)
    yield from _ours(field, masked, incident, policy)
    for words in disguised(masked):
        yield Finding(
            field, words, "is not what it looks like", "write plain letters, and no address of ours"
        )
    for words, (wrong, hint) in inside.unsafe(masked):
        yield Finding(field, words, wrong, hint)
    for words, (wrong, hint) in inside.odd(masked):
        yield Finding(field, words, wrong, hint, error=False)


def _claims(field: str, text: str, *, full: bool, over: bool) -> Iterator[Finding]:
    """Yield what says more than we know."""
    for words in promises.firm(text, over=over):
        yield Finding(field, words, "promises when it will be mended", "promise the next update only")
    for words in promises.vague(text):
        yield Finding(field, words, "sounds like a promise", "say what is done instead", error=False)
    for words in () if full else inside.outages(text):
        hint = 'say what fails, or mark the components "major"'
        yield Finding(field, words, "is only for a full outage", hint)


def _ours(field: str, text: str, incident: Incident, policy: Policy) -> Iterator[Finding]:
    """Yield what is nobody's business but ours."""
    for words in inside.hosts(text, incident):
        hint = "say the service as clients know it"
        yield Finding(field, words, "is a name or address of a machine of ours", hint)
    for words, name in inside.services(text, policy):
        yield Finding(field, words, "is our own name of a service", f'clients call it "{name}"', error=False)
    for words, whole in inside.people(text, policy):
        hint = 'say "we": nobody\'s name belongs here'
        yield Finding(field, words, "is the name of one of us", hint, error=whole)
