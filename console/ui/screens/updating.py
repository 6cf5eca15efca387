"""The form of a client update: its fields, what clients will read, what is wrong with it, and what each outlet does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from console.domain.comms.draft import Draft, headline, render
from console.domain.comms.lint import lint
from console.domain.comms.outlets import outlet_named
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import ComponentState, Stage
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans
from console.ui.widgets.choice import Choice
from console.ui.widgets.field import Field
from console.ui.widgets.oneline import OneLine
from console.ui.widgets.said import Said

LONGEST = 1_000
_TEXTS = ("impact", "scope", "doing", "workaround")
_LABELS = {"impact": "they see", "scope": "affected", "doing": "we do", "workaround": "meanwhile"}
_HINTS = {
    "impact": "what clients see: what fails, and for whom",
    "scope": "services and regions as clients know them",
    "doing": "what we do about it; no promise when it is over",
    "workaround": "what clients can do meanwhile (may stay empty)",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """What was written, where it goes, and whether it is to be posted or kept as a draft."""

    draft: Draft
    outlets: tuple[str, ...]
    post: bool


def to_fields(draft: Draft, outlets: tuple[str, ...], fresh: Draft) -> dict[str, str]:
    """Return an update as a draft keeps it; nothing where no text is other than in the ``fresh`` one, or there is none."""
    texts = {name: getattr(draft, name) for name in _TEXTS}
    if not any(text and text != getattr(fresh, name) for name, text in texts.items()):
        return {}
    next_at = draft.next_at.isoformat() if draft.next_at else ""
    return texts | {"next": next_at, "failing": draft.failing.value, "outlets": ", ".join(outlets)}


def taken_up(
    fields: Mapping[str, str], fresh: Draft, outlets: tuple[str, ...]
) -> tuple[Draft, tuple[str, ...]]:
    """Return the update that a draft keeps, and its outlets; where there is none the fresh one, and these outlets."""
    if not fields:
        return fresh, outlets
    impact, scope, doing, workaround = (fields.get(name, "") for name in _TEXTS)
    draft = replace(fresh, impact=impact, scope=scope, doing=doing, workaround=workaround)
    try:
        next_at = datetime.fromisoformat(fields["next"]).astimezone(UTC) if fields["next"] else None
        draft = replace(draft, next_at=next_at, failing=ComponentState(fields["failing"]))
    except (KeyError, ValueError):
        return draft, outlets
    return draft, outlets_in(fields.get("outlets", ""))


def outlets_in(text: str) -> tuple[str, ...]:
    """Return the names of outlets, each once."""
    named = (one_line(one, 100) for one in text.split(","))
    return tuple(dict.fromkeys(one for one in named if one))


class UpdateDialog(Dialog[Composed]):
    """F2 posts, unless the linter finds an error; escape keeps what was written. ``when`` reads the next update's time."""

    FULL = True

    def __init__(  # noqa: PLR0913, PLR0917 - what is written, and by what it is judged
        self,
        title: str,
        draft: Draft,
        outlets: tuple[str, ...],
        incident: Incident,
        policy: Policy,
        now: Callable[[], datetime],
        when: Callable[[str], datetime | None],
        zone: tzinfo,
    ) -> None:
        super().__init__(title)
        self._draft = draft
        self._outlets = outlets
        self._incident = incident
        self._policy = policy
        self._now = now
        self._when = when
        self._zone = zone

    def answers(self) -> Sequence[tuple[str, str]]:
        """Post, or keep as a draft."""
        return (("dialog.save", "post"), ("move.page-down", "read on"), ("dialog.cancel", "keep as a draft"))

    def body(self) -> ComposeResult:
        """Yield the fields, and below them what comes of them."""
        draft = self._draft
        for name in _TEXTS:
            yield Field(_LABELS[name], getattr(draft, name), _HINTS[name], id=f"update-{name}")
        if draft.stage is not Stage.RESOLVED:
            ask = "20m, 1h or 10:30, your time: when clients hear of us again"
            yield Field("next", self._shown(draft.next_at), ask, id="update-next")
            states = [one for one in ComponentState if one is not ComponentState.OPERATIONAL]
            yield Choice("components", tuple((one.value, one.value) for one in states), id="update-failing")
        yield Field("to", ", ".join(self._outlets), self._known(), id="update-outlets")
        yield OneLine(id="dialog-wrong")
        with VerticalScroll(id="update-below", can_focus=False):
            yield Said((), id="update-found")
            yield Said((), id="update-preview")

    def on_mount(self) -> None:
        """Write what clients see first: only that cannot be known."""
        if self._draft.stage is not Stage.RESOLVED:
            self.query_one("#update-failing", Choice).choose(self._draft.failing.value)
        self.query_one("#update-impact", Field).input.focus()
        self._show()

    def on_input_changed(self) -> None:
        """Look through it with every letter."""
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Turn the pages of what clients will read while a field is written in."""
        if event.key in {"pageup", "pagedown"}:
            event.stop()
            below = self.query_one("#update-below", VerticalScroll)
            turn = below.scroll_page_down if event.key == "pagedown" else below.scroll_page_up
            turn(animate=False)

    def on_choice_changed(self) -> None:
        """Look through it again."""
        self._show()

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def on_choice_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()
        self._show()

    def accept(self) -> None:
        """Close with the update, unless there is an error in it or an outlet is not known."""
        draft, outlets = self.read()
        unknown = [one for one in outlets if outlet_named(one, self._policy) is None]
        error = next(
            (one for one in lint(draft, self._incident, self._policy, self._now()) if one.error), None
        )
        wrong = (
            f'no outlet is called "{unknown[0]}"; {self._known()}'
            if unknown
            else error.words
            if error
            else ""
        )
        if wrong:
            self.query_one("#dialog-wrong", OneLine).say(((wrong, "clock-late"),))
        else:
            self.dismiss(Composed(draft, outlets, post=True))

    def cancel(self) -> None:
        """Close and keep what was written."""
        self.dismiss(Composed(*self.read(), post=False))

    def read(self) -> tuple[Draft, tuple[str, ...]]:
        """Return the update and the outlets as they are written now."""
        impact, scope, doing, workaround = (multi_line(self._value(name), LONGEST) for name in _TEXTS)
        draft = replace(self._draft, impact=impact, scope=scope, doing=doing, workaround=workaround)
        if draft.stage is not Stage.RESOLVED:
            failing = ComponentState(self.query_one("#update-failing", Choice).value)
            draft = replace(draft, next_at=self._next(), failing=failing)
        return draft, outlets_in(self._value("outlets"))

    def _next(self) -> datetime | None:
        """Return the promised time; the one that was preset stays to the second."""
        text = self._value("next")
        preset = self._draft.next_at
        return preset if text == self._shown(preset) else self._when(text)

    def _shown(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._zone):%H:%M}" if at else ""

    def _value(self, name: str) -> str:
        return self.query_one(f"#update-{name}", Field).value

    def _known(self) -> str:
        names = ", ".join(one.name for one in self._policy.outlets)
        return f"outlets: {names}" if names else "no outlet is configured: it goes to the timeline only"

    def _show(self) -> None:
        """Show what is wrong, what clients will read, and what each outlet will do."""
        draft, outlets = self.read()
        found = lint(draft, self._incident, self._policy, self._now())
        marks = [
            ((f"{'!' if one.error else '?'} {one.words}", "clock-late" if one.error else "clock-warn"),)
            for one in found
        ]
        self.query_one("#update-found", Said).say([*marks, ()] if marks else ())
        title = headline(draft.components, draft.failing, self._policy, part=draft.part)
        lines: list[Spans] = [((title, "bold"),), *(((row, ""),) for row in render(draft).split("\n")), ()]
        for name in outlets:
            outlet = outlet_named(name, self._policy)
            lines.append(((f"{name}: ", "name"), (outlet.does(draft) if outlet else "not known", "dim")))
        if not outlets:
            lines.append((("no outlet: it goes to the timeline only", "clock-warn"),))
        self.query_one("#update-preview", Said).say(lines)
        self.query_one("#dialog-wrong", OneLine).say(())
