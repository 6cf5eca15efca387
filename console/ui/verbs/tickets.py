"""``J``: the ticket of an incident, made or linked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.commands import LinkTicket, OpenTicket
from console.domain.standing import Standing
from console.ports.desk import Nothing, NotSaved, Refused, Unknown
from console.ui.drafts import TICKET
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.views.tickets import ticket_parts

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen


class TicketVerbs(Verbs):
    """Keeps what was written until it is saved."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.ticket": self.ticket}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.ticket": self.some}

    def ticket(self) -> None:
        """Have a ticket made, or link one."""
        target = self.screen.selection.target()
        if target is None:
            return
        if not self.session.policy.tickets:
            self.screen.flash("no ticket system is configured: add [[tickets]] to the config")
            return
        self.screen.open(self._ticket, target)

    async def _ticket(self, target: Standing) -> None:
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.ticketing import TicketDialog  # noqa: PLC0415 - same

        name = target.row.id
        known = self.screen.selection.details.known(name)
        lines = ticket_parts(known.incident) if known is not None else []
        outlets = [one.name for one in self.session.policy.tickets]
        there = {one.outlet: one.key for one in known.incident.tickets} if known is not None else {}
        free = next((one for one in outlets if one not in there), outlets[0])
        draft = OpenTicket(**{"outlet": free} | self.session.drafts.get(TICKET, name))
        dialog = TicketDialog(f"ticket of {name}  {target.row.title}", lines, outlets, draft)
        asked = await self.ask_writing(dialog, TICKET, name, dialog.fields)
        if asked is None:
            return
        if isinstance(asked, OpenTicket) and asked.outlet in there:
            self.screen.flash(f"{name} has {there[asked.outlet]} in {asked.outlet} already")
            return
        if isinstance(asked, LinkTicket):
            question = Confirm(
                f"link {name}", [((f"{asked.ticket} is looked up, and linked both ways", ""),)], "link"
            )
        else:
            question = Confirm(f"ticket of {name}", self._preview(name, asked), "have it made")
        if not await self.screen.ask(question):
            return
        outcome = await self.screen.sender.send(name, asked, "ticket", target.row.n)
        if not isinstance(outcome, NotSaved | Unknown | Refused | Nothing):
            self.session.drafts.drop(TICKET, name)

    def _preview(self, name: str, asked: OpenTicket) -> list[Spans]:
        """Return what is going to be written; the timeline goes on until it is."""
        from console.domain.tickets.place import place_named  # noqa: PLC0415 - only where one is made
        from console.domain.tickets.text import draft_of, preview  # noqa: PLC0415 - same

        detail = self.screen.selection.details.known(name)
        place = place_named(asked.outlet, self.session.policy.tickets)
        if detail is None or place is None:
            return [(("what is known of it is collated when it is made", ""),)]
        draft = draft_of(
            detail.incident,
            detail.events,
            self.session.policy,
            place,
            self.session.frame.now,
            actual=asked.actual,
            ideal=asked.ideal,
        )
        return [((line, ""),) for line in preview(draft)]
