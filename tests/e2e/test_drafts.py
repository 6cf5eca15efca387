"""Half an update for clients survives the console that it was written in: ``kill -9`` and a closed terminal."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.e2e.test_team import Person

WRITTEN = "Some card payments fail."


def written_down(person: Person, words: str) -> bool:
    """Return whether a file of the person's state folder has it by now."""
    return any(words in path.read_text(encoding="utf-8") for path in person.home.rglob("drafts.json"))


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGHUP])
def test_an_update_that_was_being_written_is_there_at_the_next_start(
    tmp_path: Path, ending: signal.Signals
) -> None:
    asha = Person(tmp_path, "asha", f"sqlite:///{tmp_path}/shift.db")
    opened = asha.command("new", "--service", "payments", "--title", "Cards are declined", "--priority", "P2")
    assert "opened INC-1" in opened
    with asha.console() as console:
        console.until_shown(r"Cards are declined")
        console.press("c", r"tell clients of INC-1")
        console.press("i", r"they see")
        console.type(WRITTEN)
        console.until_shown(WRITTEN)
        console.until(lambda: written_down(asha, WRITTEN), "it is written down")
        console.process.send_signal(ending)
        console.until_ended()
    assert written_down(asha, WRITTEN)
    with asha.console() as console:
        console.until_shown(r"written and not saved: client update of INC-1")
        console.press("c", rf"your draft: {WRITTEN}")
        console.press("i", rf"they see\s+{WRITTEN}")
