"""``oncall drill``: recorded incidents to be worked on again, on a private store, with a score at the end."""

from __future__ import annotations

import argparse
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from console import bootstrap, rehearsal
from console.cli.context import first_of, opened, person, setup_for
from console.cli.ids import incident_id
from console.cli.known import detail_of
from console.cli.looks import ui_settings
from console.cli.output import complain, print_json, say, table, width
from console.cli.privatefolder import private_folder
from console.config.files import write_whole
from console.config.find import find
from console.config.setup import Setup
from console.drill import files
from console.errors import OncallError, UsageError
from console.outputs.drill import to_json

if TYPE_CHECKING:
    from console.domain.drill.recording import Recording
    from console.domain.drill.score import Score

PREFIX = "oncall-drill-"
HEADS = ("POINT", "SCORE", "YOU", "RECORDED", "RULE")
GONE_WITHIN = 5.0  # seconds that the drill's engine has to stop


def list_all(args: argparse.Namespace) -> int:
    """Print the drills that come with the product."""
    drills = list(files.builtin())
    if args.json:
        print_json(
            [
                {"name": one.name, "title": one.title, "about": one.about, "seconds": one.lasts}
                for one in drills
            ]
        )
    else:
        rows = [(one.name, f"{one.lasts / 60:.0f} min", one.about) for one in drills]
        say(table(rows, ("DRILL", "LASTS", "ABOUT"), width(), stretch=2))
    return 0


def record(args: argparse.Namespace) -> int:
    """Write the drill that an incident makes."""
    from console.config.secretvalues import secret_values  # noqa: PLC0415
    from console.domain.drill.record import record as recorded  # noqa: PLC0415

    incident = incident_id(args.incident)
    with opened(args, existing=True) as context:
        detail = detail_of(context, incident)
        people = context.policy.people.values()
        path = context.setup.path
        secrets = secret_values(path) if path.is_file() else ()
        try:
            drill = recorded(detail.incident, detail.events, people, secrets)
        except ValueError as error:
            raise OncallError(f"{incident} makes no drill: {error}") from None
    text = files.to_json(drill)
    if args.out is None:
        say(text.rstrip("\n"))
    else:
        _write(Path(args.out), text)
        say(f"{args.out}: read it before you pass it on; names in free text may have stayed")
    return 0


def run(args: argparse.Namespace) -> int:
    """Run the console on a drill and print its score."""
    if args.store:
        raise UsageError("--store: a drill has a store of its own, which goes with it")
    recording = files.find(args.drill)
    if args.out is not None and Path(args.out).exists():
        raise UsageError(f"{args.out} exists already", hint="name another file for the score")
    with private_folder(PREFIX) as folder:
        team = _team(args, folder)
        me = person(args, team)
        if not me:
            raise UsageError("who are you?", hint=f"set [me] id in {team.path} or give --as WHO")
        setup = rehearsal.write_drill(folder, team, recording, me, args.speed)
        code = _play(setup, me, args.speed)
        score = rehearsal.drill_score(setup, team, recording, args.speed)
    _tell(args, recording, score)
    return code


def _team(args: argparse.Namespace, folder: Path) -> Setup:
    """Return the team whose rules the drill goes by: that of the config, else the demo's."""
    if find(args.config) is None:
        place = folder / "team"
        place.mkdir()
        return rehearsal.demo_team(place)
    team = setup_for(args, tell=False)
    for line in first_of(team.set_aside):
        complain(line)
    return team


def _play(setup: Setup, me: str, speed: float) -> int:
    over = threading.Event()
    engine = threading.Thread(
        target=rehearsal.play_drill, args=(setup, speed, over), name="drill", daemon=True
    )
    bootstrap.open_store(setup).close()  # made once, before two open it
    engine.start()
    try:
        return bootstrap.run_console(setup, me, ui_settings(setup), rehearsal=rehearsal.DRILL)
    finally:
        over.set()
        engine.join(GONE_WITHIN)


def _tell(args: argparse.Namespace, recording: Recording, score: Score | None) -> None:
    if score is None:
        complain("no score: the drill was left before its incident came")
        return
    document = to_json(score, recording.name, args.speed)
    if args.out is not None:
        _write(Path(args.out), json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if args.json:
        print_json(document)
    else:
        say("\n".join(_lines(recording, score, args.speed)))


def _lines(recording: Recording, score: Score, speed: int) -> list[str]:
    rows = [(one.name, f"{one.got}/{one.most}", one.you, one.recorded, one.rule) for one in score.points]
    lines = [f"drill {recording.name}: {score.got} of {score.most}", ""]
    if speed != 1:
        lines[1:1] = [f"played {speed} times as fast; times and targets are those of full length"]
    lines.append(table(rows, HEADS, width(), stretch=4))
    if score.left_out:
        lines += ["", "not counted", *(f"  {name}: {why}" for name, why in score.left_out)]
    better = [f"  {one.name}: {one.better}" for one in score.points if one.better]
    lines += ["", "next time", *(better or ["  the same again"])]
    return lines


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except FileExistsError:
        raise UsageError(f"{path} exists already", hint="name another file") from None
    except OSError as error:
        raise OncallError(f"{path} cannot be written: {error.strerror or error}") from None
