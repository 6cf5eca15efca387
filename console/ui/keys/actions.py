"""Everything a key of the console does, written down once: bindings, footer, help and palette read this list.

Lower case is safe or reversible and concerns the incident under the cursor; CAPITALS are wider or
heavier and open a dialog first. No Textual here, so that ``oncall keys`` answers at once.
"""

from __future__ import annotations

from console.ui.keys.keymap import Action
from console.ui.keys.moves import MARKS, MOVES
from console.ui.keys.reportkeys import REPORT

INCIDENT: tuple[Action, ...] = (
    Action("incident.ack", ("a",), "ack", "take the incident; marked ones after a list to confirm"),
    Action("incident.ack-mine", ("A",), "ack all mine", "ack all that are mine and unacked, after a list", heavy=True),
    Action("incident.escalate", ("e",), "escalate", "page the next level; shows who, how and what follows", heavy=True),
    Action("incident.escalate-to", ("E",), "escalate to", "page a chosen level or person", heavy=True),
    Action("incident.resolve", ("R",), "resolve", "close it: what it was, and whether the runbook sufficed", heavy=True),
    Action("incident.note", ("n",), "note", "write a note; a leading ! puts it into the handover"),
    Action("incident.priority", ("p",), "priority", "set the priority: then 1, 2, 3 or 4"),
    Action("incident.snooze", ("s",), "snooze", "out of sight for 15 min, an hour, until the shift ends …"),
    Action("incident.update", ("c",), "tell clients", "write an update for clients: stage, what they see, when they hear next", heavy=True),
    Action("incident.track", ("l",), "track", "parallel work: a vendor, support; owner, state, next check with a reminder"),
    Action("incident.ticket", ("J",), "ticket", "its ticket in Jira, GitHub or GitLab: have one made, or link one", heavy=True),
    Action("incident.pause", ("P",), "pause clock", "pause the fix clock of a P3 or P4 for a reason; again: it runs", heavy=True),
    Action("incident.assign", ("@",), "assign", "give it to somebody; marked ones after a list", heavy=True),
    Action("incident.merge", ("m",), "merge", "make it part of another incident; marked ones after a list"),
    Action("incident.split", ("X",), "split", "take it apart: a service, or what was merged into it", heavy=True),
    Action("incident.outcomes", ("O",), "outcomes", "what became of each, after acting on several; retry what failed"),
    Action("incident.noise", ("~",), "noise", "mark it as noise, with a reason; one that is marked: take it back", heavy=True),
    Action("incident.still-on", ("y",), "still on it", "answer whether you are still on it", "incidents"),
    Action("incident.undo", ("u",), "undo", "take back your last action; later than 10 s: un-ack"),
    Action("incident.new", ("i",), "new incident", "report an incident that no source knows of", heavy=True),
    Action("link.open", ("o",), "links", "open a link of the incident"),
    Action("copy.menu", ("y",), "copy", "copy the id, the title, a link …"),
    Action("copy.card", ("Y",), "copy card", "copy the incident as Markdown, for chat or a ticket"),
)  # fmt: skip
"""What concerns the incident under the cursor, or incidents as such."""

RUNBOOK: tuple[Action, ...] = (
    Action("runbook.done", ("space",), "done", "the step is done", "runbook"),
    Action("runbook.doing", ("d",), "doing", "the step is being done", "runbook"),
    Action("runbook.skip", ("-",), "skip", "the step is skipped", "runbook"),
    Action("runbook.fail", ("f",), "failed", "the step did not work: say what happened", "runbook"),
    Action("runbook.note", ("m",), "step note", "write a line about the step", "runbook"),
    Action(
        "runbook.undo",
        ("u",),
        "take back",
        "take back your last action; later: the step is to do again",
        "runbook",
    ),
    Action("runbook.copy", ("y",), "copy command", "copy the step's command", "runbook"),
    Action(
        "runbook.run",
        ("x",),
        "run",
        "run the step's commands here, after showing them; again: stop them",
        "runbook",
    ),
    Action(
        "runbook.output",
        ("v",),
        "output",
        "read what the step's commands wrote when they ran last",
        "runbook",
    ),
    Action("runbook.read", ("enter",), "whole document", "read the whole document", "runbook"),
    Action("runbook.edit", ("ctrl+e",), "edit", "edit the runbook's file with $EDITOR", "runbook"),
)
"""What keys do inside the runbook."""

PANES: tuple[Action, ...] = (
    Action("pane.incidents", ("1",), "incidents", "go to the incidents"),
    Action("pane.timeline", ("2",), "timeline", "go to timeline, alerts and links"),
    Action("pane.runbook", ("b", "3"), "runbook", "go to the runbook"),
    Action("pane.roster", ("4",), "roster", "go to who is on call"),
    Action("pane.clocks", ("5",), "clocks", "go to the clocks and what escalates next"),
    Action("pane.next", ("tab",), "next pane", "the next pane"),
    Action("pane.previous", ("shift+tab",), "previous pane", "the previous pane"),
    Action("tab.next", ("]",), "next tab", "the next tab of the pane"),
    Action("tab.previous", ("[",), "previous tab", "the previous tab of the pane"),
    Action("pane.zoom", ("z",), "zoom", "the pane fills the screen; again: back"),
    Action("memory.open", ("M",), "before", "earlier incidents like this one, to read: how they ended"),
    Action(
        "next.go",
        (".",),
        "go there",
        "go to the incident that NEXT is about; from a merged one to what it is part of",
    ),
    Action("console.back", ("escape",), "back", "close, clear the filter, clear the marks, in this order"),
)
"""Ways around the screen."""

VIEW: tuple[Action, ...] = (
    Action("filter.edit", ("/",), "filter", "filter: p:1 svc:pay st:ack own:me age>30m text; - negates"),
    Action("filter.views", ("V",), "views", "a saved view of the list, or save this one"),
    Action("filter.sort", ("S",), "sort", "the order of the list: by urgency, priority, age, service …"),
    Action("filter.scope", ("t",), "whose", "mine, my teams', everybody's"),
    Action("filter.faults", ("f",), "faults only", "only what is unacked or breached"),
    Action(
        "filter.forgotten",
        ("F",),
        "forgotten acks",
        "only what is acked and quiet, the quietest first; and whether its owner is on shift",
    ),
)
"""What the list shows."""

CONSOLE: tuple[Action, ...] = (
    Action(
        "handover.open",
        ("H",),
        "handover",
        "the handover: write, offer, accept, return, save, earlier ones",
        heavy=True,
    ),
    Action(
        "console.checklists",
        ("C",),
        "checklists",
        "what to check before, during and after a shift; who is ready",
    ),
    Action("console.refresh", ("r",), "refresh", "ask the engine to poll its sources now"),
    Action("console.palette", (":", "ctrl+p"), "palette", "every action and incident by name"),
    Action("console.help", ("?", "f1"), "help", "the keys that are valid now"),
    Action(
        "console.sources",
        ("6",),
        "sources",
        "each source: live or not and why, what keys do there; what is held back and until when",
    ),
    Action("console.roster", ("w",), "who", "who is on call, the week ahead, contacts; take the pager"),
    Action(
        "console.noise", ("N",), "tuning list", "which rules page for nothing, and what to change", heavy=True
    ),
    Action(
        "console.reviews",
        ("D",),
        "reviews",
        "reviews (RCA) and action items that are owed; read, begin, write",
        heavy=True,
    ),
    Action("console.report", ("#",), "report", "MTTA, MTTR and load, week by week"),
    Action("console.about", ("I",), "about", "who is here, who runs the engine, store, team config, version"),
    Action("console.quit", ("q",), "quit", "leave; asks first if you are on duty with work open"),
)
"""The console itself."""

ROSTER: tuple[Action, ...] = (
    Action("roster.take", ("T",), "take the pager", "take the role under the cursor for a while", "dialog"),
    Action("roster.cover", ("c",), "cover", "let somebody cover the role under the cursor", "dialog"),
    Action("roster.end", ("x",), "take back", "end a cover of the role under the cursor", "dialog"),
    Action("roster.copy", ("y",), "copy contact", "copy a contact of who has the role", "dialog"),
    Action("roster.later", ("right", "l"), "a week on", "the week after the one shown", "dialog"),
    Action("roster.earlier", ("left", "h"), "a week back", "the week before the one shown", "dialog"),
    Action("roster.next-page", ("tab", "]"), "next page", "now, the week, people", "dialog"),
    Action("roster.previous-page", ("shift+tab", "["), "previous page", "now, the week, people", "dialog"),
)
"""What keys do on the roster screen."""

DIALOG: tuple[Action, ...] = (
    Action("dialog.confirm", ("enter",), "yes", "do it", "dialog"),
    Action("dialog.save", ("f2", "ctrl+enter"), "save", "save what was written", "dialog"),
    Action("dialog.copy", ("y",), "copy", "copy the whole text", "dialog"),
    Action("dialog.retry", ("r",), "retry", "send what failed once more", "dialog"),
    Action("dialog.cancel", ("escape",), "back", "close without doing anything", "dialog"),
    Action("dialog.help", ("?", "f1"), "help", "every key of this screen", "dialog"),
    Action("dialog.yes", ("y",), "yes", "do it", "dialog"),
    Action("dialog.no", ("n",), "no", "close without doing anything", "dialog"),
)
"""What keys do inside dialogs. While a field is written in, letters are text."""

CHECKLIST: tuple[Action, ...] = (
    Action("checklist.done", ("space",), "done", "the item is done", "dialog"),
    Action("checklist.fail", ("f",), "failed", "the item failed: say what went wrong", "dialog"),
    Action("checklist.skip", ("-",), "skip", "the item is skipped", "dialog"),
    Action("checklist.run", ("x",), "run", "run the item's command; again: stop it", "dialog"),
    Action("checklist.value", ("v",), "value", "write down the item's value", "dialog"),
    Action("checklist.open", ("o",), "link", "open the item's link, or copy it", "dialog"),
    Action("checklist.undo", ("u",), "take back", "take the answer back", "dialog"),
)
"""What keys do in the checklists."""

HANDOVER: tuple[Action, ...] = (
    Action("handing.write", ("w",), "write", "write a line for the handover", "dialog"),
    Action("handing.change", ("c",), "change", "change a line that was written, or take it out", "dialog"),
    Action("handing.edit", ("ctrl+e",), "edit", "edit all that was written with $EDITOR", "dialog"),
    Action("handing.offer", ("O",), "offer", "offer your shift: to whom, with what", "dialog"),
    Action("handing.accept", ("A",), "accept", "take over what was offered to you", "dialog"),
    Action("handing.return", ("R",), "return", "give it back, with what is missing", "dialog"),
    Action("handing.before", ("p",), "earlier ones", "read an earlier handover", "dialog"),
)
"""What keys do on the handover."""

REVIEWS: tuple[Action, ...] = (
    Action("reviews.read", ("enter",), "read", "read the review of the incident under the cursor", "dialog"),
    Action("reviews.draft", ("n",), "begin", "begin its review: a draft, of who resolved it", "dialog"),
    Action("reviews.edit", ("ctrl+e",), "write", "write its sections with $EDITOR", "dialog"),
    Action(
        "reviews.move",
        ("m",),
        "move",
        "into review, closed, or back; its action items: add, done, dropped",
        "dialog",
    ),
)
"""What keys do on the board of reviews."""

ACTIONS: tuple[Action, ...] = (
    *(*MOVES, *MARKS, *INCIDENT, *RUNBOOK, *PANES, *VIEW, *CONSOLE),
    *(*ROSTER, *DIALOG, *CHECKLIST, *HANDOVER, *REVIEWS, *REPORT),
)
"""Every action that can be remapped by its id."""

WRITING: frozenset[str] = frozenset(
    {
        *(action.id for action in INCIDENT if not action.id.startswith(("copy.", "link.", "incident.outcomes"))),
        "runbook.done", "runbook.doing", "runbook.skip", "runbook.fail", "runbook.note", "runbook.undo",
        "runbook.run",
        "console.refresh",
        "roster.take", "roster.cover", "roster.end",
        *(action.id for action in CHECKLIST if action.id != "checklist.open"),
        *(action.id for action in HANDOVER if action.id != "handing.before"),
        *(action.id for action in REVIEWS if action.id != "reviews.read"),
    }
)  # fmt: skip
"""Actions that write to the store: a console that only reads answers them with one line."""

NOTHING_WRITTEN = "read-only console: nothing is written"
"""That line."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}

FOOTER: dict[str, tuple[str, ...]] = {
    "incidents": (
        "incident.still-on", "incident.ack", "incident.escalate", "incident.resolve", "incident.note",
        "incident.priority", "incident.snooze", "pane.runbook", "handover.open", "filter.edit", "filter.scope",
    ),
    "runbook": (
        "runbook.done", "runbook.doing", "runbook.skip", "runbook.fail", "runbook.copy", "runbook.run", "runbook.note",
        "runbook.read",
        "incident.ack", "pane.zoom",
    ),
    "timeline": ("tab.next", "incident.ack", "incident.note", "link.open", "copy.card", "pane.zoom"),
    "roster": ("console.roster", "incident.escalate-to", "incident.ack", "pane.zoom"),
    "clocks": ("incident.ack", "incident.escalate", "incident.escalate-to", "pane.zoom"),
}  # fmt: skip
"""Which keys the footer names in each pane, the most needed first."""

ALWAYS: tuple[str, ...] = ("console.help", "console.palette")
"""Keys that the footer always names."""
