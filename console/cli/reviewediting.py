"""``oncall postmortem INC --edit``: the sections in the person's own editor. What cannot be saved stays in its file."""

from __future__ import annotations

from pathlib import Path

from console import bootstrap
from console.cli.context import Context, acting_person
from console.cli.known import incident_of
from console.cli.outcomes import DONE, NO, new_op, tell
from console.cli.output import complain, say
from console.domain.actors import Actor
from console.domain.commands import WriteSection
from console.domain.review.form import changed, from_form, not_written, to_form, written_by_others
from console.errors import OncallError
from console.ui.editor import editor_command, run
from console.ui.formfile import form_file, read_form


def edit(context: Context, name: str) -> int:
    """Open the editor, and save each section that was changed."""
    incident = incident_of(context, name)
    review, part_of = incident.review.state, incident.merged_into
    if wrong := not_written(incident.id, review, is_open=incident.is_open, part_of=part_of):
        raise OncallError(wrong)
    actor = Actor(acting_person(context))
    before = dict(incident.review.sections)
    try:
        file = form_file(to_form(f"Review of {incident.id}: {incident.title}", before), name)
    except OSError as error:
        raise OncallError(
            f"no file for the editor: {error.strerror}", hint="set $TMPDIR to a folder of yours"
        ) from None
    _run(file)
    try:
        wanted = changed(from_form(read_form(file)), before)
    except (OSError, ValueError) as error:
        raise OncallError(f"not saved: {error}", hint=f"what you wrote is in {file}") from None
    if not wanted:
        file.unlink(missing_ok=True)
        say(f"nothing was changed in the review of {name}")
        return DONE
    now = dict(incident_of(context, name).review.sections)
    if moved := written_by_others(wanted, before, now):
        raise OncallError(
            f"not saved: somebody else wrote {', '.join(moved)} meanwhile",
            hint=f"what you wrote is in {file}",
        )
    executor = bootstrap.make_executor(context.store, context.policy)
    codes = [
        tell(executor.carry_out(name, WriteSection(section, text, before.get(section, "")), actor, new_op()))
        for section, text in wanted.items()
    ]
    if max(codes) == DONE:
        file.unlink(missing_ok=True)
    else:
        complain(f"what you wrote is in {file}")
    return max(codes, default=NO)


def _run(file: Path) -> None:
    try:
        trouble = run(editor_command(file))
    except ValueError as error:
        raise OncallError(f"no editor: {error}", hint=f"set $EDITOR; the form is in {file}") from None
    if trouble:
        raise OncallError(f"not saved: {trouble}", hint=f"what you wrote is in {file}")
