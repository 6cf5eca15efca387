"""What a key does where an incident is kept, said before it is pressed for good; and how it stands there."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.ability import KEYS
from console.domain.alert import Alert
from console.domain.comms.series import outcomes
from console.domain.human import until
from console.domain.incident import Incident
from console.domain.kept import standing_there
from console.domain.policy import Policy
from console.domain.snapshot import Detail
from console.domain.vocabulary import EffectKind, EffectState
from console.domain.waiting import WAITS, Tries, some_wait, waiting_words
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

_INDENT = 12
"""Cells of a key's name and the gaps around it."""
_LABEL = 10
"""Cells of the first word of a line above the timeline."""


def there_lines(sources: Iterable[str], kind: EffectKind, policy: Policy) -> list[Spans]:
    """Return a line for each source that has something to say: what it does, or why it happens only here."""
    lines: list[Spans] = []
    for source in dict.fromkeys(sources):
        ability = policy.ability(source)
        words = ability.words(kind)
        if ability.can(kind):
            lines.append(((f"{source} ", "bold"), (words, "")))
        elif words:
            lines.append((("only here: ", "bold"), (f"{source} {words}", "dim")))
    return lines


def cannot_end(incident_sources: Iterable[str], policy: Policy) -> bool:
    """Return whether a source of the incident goes on firing when it is resolved here."""
    return any(not policy.ability(source).can(EffectKind.RESOLVE) for source in incident_sources)


def kept_spans(alert: Alert, frame: Frame) -> Spans:
    """Return how an incident stands in the product that keeps it; nothing for an alert that is none."""
    if alert.upstream is None:
        return ()
    words = standing_there(alert.upstream, lambda at: until(at, frame.now, frame.zone))
    return ((f"  {words}", "note"),) if words else ()


def effect_lines(incident: Incident, tries: Tries, frame: Frame, width: int) -> list[Spans]:
    """Return what became of the last thing asked of each source: what failed or waits says why."""
    lines: list[Spans] = []
    for effect in {one.source: one for one in incident.effects}.values():
        match effect.state:
            case EffectState.FAILED:
                told, style = f"{effect.kind} FAILED: {effect.text}", "clock-late"
            case EffectState.PENDING if some_wait((effect,)):
                words = waiting_words(effect, tries, frame.now, frame.zone)
                told, style = f"{effect.kind} {words}", "clock-warn"
            case EffectState.PENDING:
                told, style = f"asked to {effect.kind} …", "note"
            case _:
                told, style = effect.text or f"{effect.kind} done", "note"
        lines += wrap_spans(((f"{effect.source}  ", "bold"), (told, style)), width, 2)
    return lines


def waiting_parts(detail: Detail, frame: Frame) -> list[Spans]:
    """Return a line for each outlet that does not answer: why, and when it is tried next."""
    return [
        (
            (f"{'waits':<{_LABEL}}", "dim"),
            (f"{one.source}  ", "bold"),
            (waiting_words(one, detail.tries, frame.now, frame.zone).removeprefix(WAITS), "clock-warn"),
        )
        for one in outcomes(detail.incident)
        if some_wait((one,))
    ]


def ability_lines(incident: Incident, policy: Policy, width: int) -> list[Spans]:
    """Return for each source of an incident what the keys do there, and which act only here."""
    lines: list[Spans] = []
    for source in incident.sources:
        ability = policy.ability(source)
        lines.append(((f"keys at {source}", "dim"),))
        for kind in KEYS:
            if ability.can(kind):
                line: Spans = ((f"  {kind.value:<9} ", "dim bold"), (ability.words(kind), "dim"))
                lines += wrap_spans(line, width, _INDENT)
        if here := [kind.value for kind in KEYS if not ability.can(kind)]:
            lines += wrap_spans((("  only here ", "dim bold"), (", ".join(here), "dim")), width, _INDENT)
    return lines
