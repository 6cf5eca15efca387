"""The handover: how far it is, what has changed since it was offered, the document, and what can be done now."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from console.domain.human import count, stamp
from console.domain.policy import Policy
from console.domain.team.handovers import Stage
from console.outputs.handover import to_markdown
from console.ports.handover import HandoverView
from console.ui.keys.actions import HANDOVER, NOTHING_WRITTEN, WRITING
from console.ui.keys.bindings import bindings
from console.ui.screens.reader import Reader, document
from console.ui.screens.writing import AskLine
from console.ui.text import Spans, wrap_spans
from console.ui.work import begin


class Handover(Reader):
    """Returns the id of what was asked for, ``saved PATH`` for a file, or None."""

    BINDINGS = bindings(HANDOVER, {action.id: f"handover('{action.id}')" for action in HANDOVER})
    OWN = HANDOVER

    def __init__(self, view: HandoverView, me: str, policy: Policy, path: Path, *, readonly: bool) -> None:
        text = to_markdown(view.document)
        head = [*head_lines(view, me, policy), ()]
        lines = [*head, *document(text)]
        super().__init__(
            f"handover of {view.shift.role} of {view.shift.team}",
            lambda width: [piece for line in lines for piece in wrap_spans(line, width)],
        )
        self._text = text
        self._path = path
        self._readonly = readonly
        self._can = () if readonly else can(view, me)

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return what can be done with it now; then save, copy, go back."""
        return (
            *self._can,
            ("handing.before", "earlier ones"),
            ("dialog.save", "save to a file"),
            ("dialog.copy", "copy"),
            ("dialog.help", "help"),
            ("dialog.cancel", "back"),
        )

    def action_handover(self, name: str) -> None:
        """Close with what is to be done, where it can be."""
        if name == "handing.before" or name in dict(self._can):
            self.dismiss(name)
        elif self._readonly and name in WRITING:
            self.notify(NOTHING_WRITTEN, severity="warning", markup=False)
        else:
            self.notify("that cannot be done with this handover now", severity="warning", markup=False)

    def action_key(self, name: str) -> None:
        """Copy stays in the dialog."""
        if name == "dialog.copy":
            self.app.copy_to_clipboard(self._text)
            self.notify("copied: the handover as Markdown", markup=False)
        else:
            super().action_key(name)

    def accept(self) -> None:
        """Ask where to, then save."""
        begin(self, self._save, name="saving the handover", group="save")

    async def _save(self) -> None:
        path = str(self._path)
        while chosen := await self.app.push_screen_wait(
            AskLine("save the handover to", "a file that does not exist yet", _check, path)
        ):
            try:
                await asyncio.to_thread(_write, chosen, self._text)
            except OSError as error:
                self.notify(f"not saved: {chosen}: {error.strerror}", severity="error", markup=False)
                path = chosen
            else:
                self.dismiss(f"saved {chosen}")
                return


def can(view: HandoverView, me: str) -> tuple[tuple[str, str], ...]:
    """Return what somebody can do with a handover, as ids of keys with their labels."""
    handing, shift = view.handing, view.shift
    found: list[tuple[str, str]] = []
    if handing.stage is Stage.OFFERED and handing.incoming == me:
        found += [("handing.accept", "ACCEPT"), ("handing.return", "RETURN")]
    if handing.stage is not Stage.ACCEPTED:
        if shift.outgoing == me:
            found.append(("handing.offer", "offer"))
        found.append(("handing.write", "write"))
        if handing.entries:
            found.append(("handing.change", "change"))
        found.append(("handing.edit", "$EDITOR"))
    return tuple(found)


def head_lines(view: HandoverView, me: str, policy: Policy) -> Iterator[Spans]:
    """Yield how far a handover is, and what has changed since it was offered."""
    handing, zone = view.handing, view.document.zone
    out, into = _who(handing.outgoing or view.shift.outgoing, me, policy), _who(handing.incoming, me, policy)
    offered = stamp(handing.offered_at, zone) if handing.offered_at else ""
    settled = stamp(handing.settled_at, zone) if handing.settled_at else ""
    match handing.stage:
        case Stage.OFFERED:
            answer = (
                "read it, then accept it or return it"
                if handing.incoming == me
                else f"{into} has not answered yet"
            )
            yield ((f"OFFERED by {out} to {into}, {offered}: {answer}", "clock-warn bold"),)
            yield ((f"until it is accepted everything stays with {out}", ""),)
        case Stage.ACCEPTED:
            yield (
                (
                    f"ACCEPTED by {into}, {settled}; {count(len(handing.moved), 'incident')} changed hands",
                    "bold",
                ),
            )
        case Stage.RETURNED:
            yield ((f"RETURNED by {into}, {settled}: {handing.answer}", "clock-late bold"),)
        case Stage.DRAFT:
            yield ((f"DRAFT by {out}: notes that begin with ! and what you write here grow into it", "dim"),)
    if not view.shift.incoming and handing.stage is not Stage.ACCEPTED and not handing.incoming:
        yield (
            (
                "NOBODY follows on the roster: let somebody cover it (w), or offer it to whom you choose",
                "clock-late bold",
            ),
        )
    if handing.stage in {Stage.OFFERED, Stage.ACCEPTED} and handing.incoming == me:
        yield (("changed since it was offered:", "bold title"),)
        yield from (((f"  {line}", ""),) for line in view.since or ("nothing",))


def _who(person: str, me: str, policy: Policy) -> str:
    return "you" if person == me else policy.name_of(person) if person else "nobody"


def _check(text: str) -> str:
    path = Path(text).expanduser()
    if path.exists():
        return "that file exists already: choose another name"
    return "" if path.parent.is_dir() else f"no such folder: {path.parent}"


def _write(path: str, text: str) -> None:
    """Write a new file; one that exists is never replaced."""
    with Path(path).expanduser().open("x", encoding="utf-8") as file:
        file.write(text)
