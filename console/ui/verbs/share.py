"""Taking things out of the console: copies, links, the handover."""

from __future__ import annotations

import os
from collections.abc import Callable

from console.domain.runbook import Reference, Step
from console.domain.snapshot import Detail
from console.domain.standing import Standing
from console.ui.opening import open_address, opener
from console.ui.sender import Told
from console.ui.verbs.base import Verbs
from console.ui.views.timeline import all_links


class ShareVerbs(Verbs):
    """Nothing here changes an incident."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {
            "copy.menu": self.copy_menu,
            "copy.card": self.card,
            "link.open": self.links,
            "handover.open": self.handover,
        }

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return dict.fromkeys(("copy.menu", "copy.card", "link.open"), self.some)

    def copy_menu(self) -> None:
        """Copy one of several things."""
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._copy_menu, target)

    async def _copy_menu(self, target: Standing) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        row = target.row
        options = [
            Option(row.id, "id", row.id, "i"),
            Option(row.title, "title", row.title, "t"),
            Option(f"{row.id} {row.title}", "id and title", "", "b"),
            Option(row.service, "service", row.service, "s"),
        ]
        detail = self._detail(row.id)
        if detail is not None:
            options += [
                Option(link.url, f"link: {link.title}", link.url)
                for link in all_links(detail, self.session.policy, self.session.now).offered
            ]
        if self.screen.verbs.possible("incident.still-on"):
            options.insert(0, Option("", "still on it", "answer the question", "y"))
        text = await self.screen.ask(Menu(f"copy of {row.id}", options))
        if text == "":
            self.screen.verbs.incident.still_on()
        elif text is not None:
            self.screen.copy(text, text)

    def _detail(self, incident: str) -> Detail | None:
        return self.screen.selection.details.known(incident)

    def card(self) -> None:
        """Copy the incident as Markdown, the same bytes as ``oncall show --md``."""
        target = self.screen.selection.target()
        if target is not None:
            self.screen.run(self._card, target.row.id)

    async def _card(self, incident: str) -> None:
        from console.outputs.incident import to_markdown  # noqa: PLC0415 - loads when it is needed

        found = await self.screen.selection.details.fetch(incident, 0)
        if isinstance(found, str):
            self.screen.tell(Told(f"not copied: {found}", "error"))
            return
        frame = self.session.frame
        self.screen.copy(
            to_markdown(found, self.session.policy, frame.now, frame.zone), f"{incident} as Markdown"
        )

    def links(self) -> None:
        """Open a link of the incident; in the runbook those of the step under the cursor come first."""
        found = self.screen.drawing.runbook.painted_step() if self.session.shape.focus == "runbook" else None
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._links, target.row.id, found[1] if found else None)

    async def _links(self, incident: str, step: Step | None) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        found = self._detail(incident) or await self.screen.selection.details.fetch(incident, 0)
        if isinstance(found, str):
            self.screen.flash(found)
            return
        links = all_links(found, self.session.policy, self.session.now).offered
        options: list[Option[str | Reference]] = []
        if step is not None:
            options += [Option(one, one.title, one.target) for one in step.references]
            options += [Option(x.url, x.title, x.url) for x in step.links]
        options += [Option(x.url, x.title, x.url) for x in links]
        if not options:
            self.screen.flash(f"{incident} has no links")
            return
        url = await self.screen.ask(Menu(f"open a link of {incident}", options))
        if url is None:
            return
        if isinstance(url, Reference):
            await self.screen.verbs.books.follow(found.runbook.path if found.runbook else "", url.target)
            return
        if open_address(url, opener(os.environ)):
            self.screen.tell(Told(f"opening {url}"))
        else:
            self.screen.app.copy_to_clipboard(url)
            self.screen.tell(Told(f"no browser can be reached from here; copied: {url}"))

    def handover(self) -> None:
        """Show the handover that concerns the person now."""
        self.screen.open(self._handover)

    async def _handover(self) -> None:
        from console.ui.handoverbook import HandoverBook  # noqa: PLC0415 - not needed for the first screen

        await HandoverBook(self.screen).show()
