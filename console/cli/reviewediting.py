"""``oncall postmortem INC --edit``: the sections in the person's own editor. What cannot be saved stays in its file."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from console import bootstrap
from console.cli.context import Context, acting_person
from console.cli.outcomes import DONE, NO, new_op, tell
from console.cli.output import complain, say
from console.domain.actors import Actor
from console.domain.commands import WriteSection
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.review.form import changed, from_form, to_form
from console.errors import OncallError
from console.ui.editor import editor_command


def edit(context: Context, name: str) -> int:
    """Open the editor, and save each section that was changed."""
    incident = _known(context, name)
    actor = Actor(acting_person(context))
    before = dict(incident.review.sections)
    file = _file(to_form(f"Review of {incident.id}: {incident.title}", before), name)
    _run(file)
    try:
        wanted = changed(from_form(file.read_text(encoding="utf-8")), before)
    except (OSError, ValueError) as error:
        raise OncallError(f"not saved: {error}", hint=f"what you wrote is in {file}") from None
    if not wanted:
        file.unlink(missing_ok=True)
        say(f"nothing was changed in the review of {name}")
        return DONE
    now = dict(_known(context, name).review.sections)
    moved = [one for one in wanted if now.get(one, "") != before.get(one, "")]
    if moved:
        raise OncallError(
            f"not saved: somebody else wrote {', '.join(moved)} meanwhile",
            hint=f"what you wrote is in {file}",
        )
    executor = bootstrap.make_executor(context.store, context.policy)
    codes = [
        tell(executor.carry_out(name, WriteSection(section, text), actor, new_op()))
        for section, text in wanted.items()
    ]
    if max(codes) == DONE:
        file.unlink(missing_ok=True)
    else:
        complain(f"what you wrote is in {file}")
    return max(codes, default=NO)


def _known(context: Context, name: str) -> Incident:
    log = context.store.log(name)
    if not log:
        raise OncallError(f"{name}: no such incident", hint="oncall incidents --state all lists them")
    return fold(log)


def _file(form: str, name: str) -> Path:
    """Return a file that only its owner may read, with the form in it."""
    number, path = tempfile.mkstemp(prefix=f"oncall-{name}-", suffix=".md")
    with os.fdopen(number, "w", encoding="utf-8") as out:
        out.write(form)
    return Path(path)


def _run(file: Path) -> None:
    try:
        argv = editor_command(file)
        code = subprocess.call(argv)  # noqa: S603 - the person's own editor, without a shell
    except (OSError, ValueError) as error:
        raise OncallError(f"no editor: {error}", hint=f"set $EDITOR; the form is in {file}") from None
    if code:
        raise OncallError(f"not saved: {argv[0]} ended with code {code}", hint=f"what you wrote is in {file}")
