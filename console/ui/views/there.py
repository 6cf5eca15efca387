"""What a key does where an incident is kept, said before it is pressed for good; and how it stands there."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.ability import keys_in_words
from console.domain.alert import Alert
from console.domain.human import until
from console.domain.incident import Incident
from console.domain.kept import standing_there
from console.domain.policy import Policy
from console.domain.vocabulary import EffectKind
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame


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


def there_in_words(sources: Iterable[str], kind: EffectKind, policy: Policy) -> str:
    """Return the same in one line, for where there is no room for more."""
    return "; ".join("".join(text for text, _ in line) for line in there_lines(sources, kind, policy))


def cannot_end(incident_sources: Iterable[str], policy: Policy) -> bool:
    """Return whether a source of the incident goes on firing when it is resolved here."""
    return any(not policy.ability(source).can(EffectKind.RESOLVE) for source in incident_sources)


def kept_spans(alert: Alert, frame: Frame) -> Spans:
    """Return how an incident stands in the product that keeps it; nothing for an alert that is none."""
    if alert.upstream is None:
        return ()
    words = standing_there(alert.upstream, lambda at: until(at, frame.now, frame.zone))
    return ((f"  {words}", "note"),) if words else ()


def ability_lines(incident: Incident, policy: Policy, width: int) -> list[Spans]:
    """Return for each source of an incident what the keys do there, and which act only here."""
    lines: list[Spans] = []
    for source in incident.sources:
        told = keys_in_words(policy.ability(source))
        lines += wrap_spans(((f"keys at {source}  ", "dim"), (told, "dim")), width, 2)
    return lines
