"""What keys do to the incident under the cursor, or to the marked ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console.clock import ticks
from console.domain.commands import Ack, AnswerNudge, Command, Note, Open, SetPriority, Unack, Undo
from console.domain.human import count
from console.domain.priority import Priority
from console.domain.standing import Standing, Want
from console.domain.vocabulary import EffectKind
from console.ports.desk import NotSaved, Refused, Unknown
from console.ui.bulk import Bulk
from console.ui.drafts import NOTE, RESOLUTION
from console.ui.sender import Told
from console.ui.text import Spans
from console.ui.verbs.assigning import Assigning
from console.ui.verbs.base import Verbs
from console.ui.verbs.bulk import BulkVerbs
from console.ui.verbs.escalating import Escalating
from console.ui.verbs.resolving import Resolving
from console.ui.verbs.snoozing import Snoozing
from console.ui.views.bulk import target_line
from console.ui.views.there import there_lines
from console.ui.writes import Write

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen


class IncidentVerbs(Verbs):
    """Every verb takes its incident at the key press, before anything is asked."""

    def __init__(self, screen: MainScreen, bulk: BulkVerbs) -> None:
        super().__init__(screen)
        self._bulk = bulk

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        escalating, snoozing = Escalating(self.screen), Snoozing(self.screen, self)
        return {
            "incident.ack": self.ack,
            "incident.ack-mine": self.ack_mine,
            "incident.escalate": escalating.next_level,
            "incident.escalate-to": escalating.chosen,
            "incident.resolve": Resolving(self.screen, self, self._bulk).resolve,
            "incident.note": self.note,
            "incident.priority": self.priority,
            "incident.snooze": snoozing.snooze,
            "incident.assign": Assigning(self.screen, self).assign,
            "incident.still-on": self.still_on,
            "incident.undo": self.undo,
            "incident.new": self.new,
        }

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        some = self.some
        return {
            "incident.ack": lambda: bool(self.marks) or self._unacked(),
            "incident.ack-mine": lambda: bool(self._mine_unacked()[0]),
            **{
                f"incident.{name}": some
                for name in ("escalate", "escalate-to", "resolve", "note", "priority", "snooze", "assign")
            },
            "incident.still-on": self.asked,
            "incident.undo": lambda: self.session.writes.undoable() is not None or some(),
        }

    @property
    def marks(self) -> tuple[str, ...]:
        """The marked incidents; only rows that are shown are ever marked."""
        return self.screen.drawing.incidents.table.marked_in_order

    def _unacked(self) -> bool:
        here = self.here
        return here is not None and here.row.owner != self.session.me

    def asked(self) -> bool:
        """Return whether the incident's owner, who sits here, was asked whether they are still on it."""
        here = self.here
        return here is not None and here.want is Want.ANSWER and here.row.owner == self.session.me

    # One or several

    def act(self, command: Command, verb: str) -> None:
        """Send a command for the painted incident, or after a list to confirm for the marked ones."""
        marks = self.marks
        if marks:
            self.screen.open(self._bulk.several, marks, command, verb)
            return
        target = self.screen.selection.target()
        if target is not None:
            self.screen.run(self._one, target, command, verb)

    async def act_on(
        self, marks: tuple[str, ...], target: Standing | None, command: Command, verb: str
    ) -> None:
        """Send a command for the incident a key was meant for, or for the marked ones."""
        await (self._one(target, command, verb) if target else self._bulk.several(marks, command, verb))

    async def _one(self, target: Standing, command: Command, verb: str) -> None:
        await self.screen.sender.send(target.row.id, command, verb, target.row.n, self.screen.undo_words())

    def _there(self, target: Standing, kind: EffectKind) -> list[Spans]:
        """Return what happens at the incident's sources; nothing for one that a person reported here."""
        return there_lines(target.row.sources.split(), kind, self.session.policy)

    # Taking and giving back

    def ack(self) -> None:
        """Take the incident; no question for one, a list for several."""
        self.act(Ack(), "ack")

    def _mine_unacked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the shown unacked incidents that are this person's, and those that the look hides."""
        digest, shown = self.session.board.digest, frozenset(self.session.board.shown)
        mine = [one.row.id for want in (Want.ACK, Want.CLOSE) for one in digest.mine.get(want, ())]
        return tuple(name for name in mine if name in shown), tuple(
            name for name in mine if name not in shown
        )

    def ack_mine(self) -> None:
        """Ack all that are mine and unacked, after a list that also says what is hidden and left alone."""
        names, hidden = self._mine_unacked()
        if not names:
            tail = f"; {len(hidden)} hidden by filter" if hidden else ""
            self.screen.flash(f"nothing of yours is unacked{tail}")
            return
        self.screen.open(partial(self._bulk.several, hidden=hidden), names, Ack(), "ack")

    def still_on(self) -> None:
        """Answer the nudge."""
        target = self.screen.selection.target()
        if target is not None:
            self.screen.run(self._one, target, AnswerNudge(), "answer")

    def fresh(self) -> Write | None:
        """Return this console's last action while it can be taken back."""
        last = self.session.writes.undoable()
        within = self.session.policy.undo_within.total_seconds()
        return last if last is not None and ticks() - last.at <= within else None

    def undo(self) -> None:
        """Take back this console's last action, whichever row the cursor is on; later: un-ack the painted one.

        An action on several is taken back on all of them.
        """
        last = self.fresh()
        if last is not None and self._bulk.take_back(last.op):
            return
        if last is not None:
            self.screen.run(self._undo, last.incident, last.op, f"undo {last.verb}")
            return
        target = self.screen.selection.target()
        if target is None:
            return
        if target.row.owner != self.session.me:
            self.screen.flash(f"nothing to undo: {target.row.id} is not yours, and your last action is past")
            return
        self.screen.open(self._unack, target)

    async def _undo(self, incident: str, op: str, verb: str) -> None:
        standing = self.session.standing(incident)
        outcome = await self.screen.sender.send(incident, Undo(op), verb, standing.row.n if standing else 0)
        if not isinstance(outcome, NotSaved | Unknown | Refused):
            self.session.writes.undone()

    async def _unack(self, target: Standing) -> None:
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        lines: list[Spans] = [
            target_line(target),
            (),
            (("it is nobody's again, and is paged from the first level on", ""),),
            *self._there(target, EffectKind.UNACK),
        ]
        if await self.screen.ask(Confirm(f"give {target.row.id} back", lines, "un-ack")):
            await self._one(target, Unack("by hand"), "un-ack")

    # Saying what it is

    def priority(self) -> None:
        """Set the priority by one more key."""
        marks, target = self.marks, None
        if not marks and (target := self.screen.selection.target()) is None:
            return
        self.screen.open(self._priority, marks, target)

    async def _priority(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        name = target.row.id if target else count(len(marks), "incident")
        meanings = (
            "business down, data at risk",
            "major part degraded",
            "minor, a workaround exists",
            "cosmetic, a request",
        )
        options = [
            Option(p, p.label, words, str(int(p))) for p, words in zip(Priority, meanings, strict=True)
        ]
        chosen = await self.screen.ask(
            Menu(f"priority of {name}", options, [(("unsure: take the higher", "dim"),)])
        )
        if chosen is None:
            return
        await self.act_on(marks, target, SetPriority(chosen), chosen.label)

    def note(self) -> None:
        """Write a note; a draft is kept until it is saved."""
        marks = self.marks
        target = None if marks else self.screen.selection.target()
        if marks or target is not None:
            self.screen.open(self._note, marks, target)

    async def _note(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.writing import NoteDialog  # noqa: PLC0415 - dialogs load when they are needed

        drafts = self.session.drafts
        key = target.row.id if target else " ".join(marks)
        title = (
            f"note on {target.row.id}  {target.row.title}"
            if target
            else f"note on {count(len(marks), 'incident')}"
        )
        there = self._there(target, EffectKind.NOTE) if target else []
        dialog = NoteDialog(title, drafts.get(NOTE, key), there)
        written = await self.ask_writing(dialog, NOTE, key, dialog.fields)
        if written is None:
            return
        if not written.save:
            if drafts.get(NOTE, key):
                self.screen.tell(Told(f"the note is kept as a draft {drafts.how_long}"))
            return
        command = Note(written.text.strip())
        if target is None:
            await self._bulk.several(marks, command, "note", done=partial(self.drop_draft, key))
            return
        outcome = await self.screen.sender.send(key, command, "note", target.row.n, self.screen.undo_words())
        if not isinstance(outcome, NotSaved | Unknown | Refused):
            drafts.drop(NOTE, key)

    def drop_draft(self, key: str, bulk: Bulk) -> None:
        """Forget what was written for several incidents once it is with all of them."""
        if bulk.all_well:
            self.session.drafts.drop(NOTE, key)
            self.session.drafts.drop(RESOLUTION, key)

    def new(self) -> None:
        """Report an incident that no source knows of."""
        self.screen.open(self._new, None)

    async def _new(self, draft: Open | None) -> None:
        from console.ui.screens.writing import NewIncident  # noqa: PLC0415 - dialogs load when they are needed

        command = await self.screen.ask(NewIncident(sorted(self.session.policy.services), draft))
        if command is None:
            return
        outcome = await self.screen.sender.send("", command, "new incident")
        if isinstance(outcome, NotSaved | Refused):
            await self._new(command)
