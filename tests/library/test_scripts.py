"""Running a step's script: as shown, ended in time, bounded, without secrets."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from console.domain.masking import mask
from console.library.scripts import CUT, KEPT, LINES, STORED, run_script, shown
from console.ports.commands import ScriptRan
from tests.waiting import until


def run(script: str, *, seconds: float = 5.0, by: str = "sh", secrets: tuple[str, ...] = ()) -> ScriptRan:
    return run_script(by, script, seconds, lambda: False, lambda: secrets)


def over(pid: int) -> bool:
    """Return whether a process has ended, also where nobody has asked how yet (a zombie)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] in {"Z", "X"}


def test_a_script_runs_whole_and_says_how_it_ended() -> None:
    ran = run("echo one\necho two >&2")
    assert (ran.code, ran.ended, ran.output) == (0, "", "one\ntwo")
    assert run("echo a\nfalse\necho b").output == "a"
    assert run("exit 7").code == 7
    unset = run("echo $NOT_SET_ANYWHERE")
    assert unset.code
    assert "NOT_SET_ANYWHERE" in unset.output


def test_a_program_that_reads_its_input_swallows_nothing() -> None:
    assert run("cat\necho after").output == "after"


def test_bash_is_run_by_bash() -> None:
    assert run("[[ a == a ]] && echo {x,y}", by="bash").output == "x y"


def test_a_shell_that_is_not_there_is_told() -> None:
    ran = run("true", by="no-such-shell")
    assert (ran.code, ran.ended) == (None, "could not be run: No such file or directory")


async def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    ran = run(f"sleep 60 & echo $! > {tmp_path}/pid; echo begun; wait", seconds=0.3)
    assert (ran.code, ran.ended, ran.output) == (None, "timed out", "begun")
    pid = int((tmp_path / "pid").read_text())
    await until(lambda: over(pid))  # the signal is sent, and obeyed when its turn comes


def test_stopping_by_hand_and_by_a_signal_are_told() -> None:
    assert run_script("sh", "sleep 60", 60, lambda: True).ended == "stopped by hand"
    assert run(f"kill -{signal.SIGKILL.value} $$").ended == "ended by signal 9"


def test_output_is_bounded_and_its_end_is_kept() -> None:
    ran = run("seq 1 200000")
    lines = ran.output.split("\n")
    assert lines[0] == CUT
    assert lines[-1] == "200000"
    assert len(lines) <= LINES + 1
    assert len(shown(b"x" * (KEPT - 1), ())) <= STORED + len(CUT) + 1


def test_control_codes_are_shown_not_obeyed() -> None:
    assert run("printf '\\033[2J\\033]0;x\\007a\\rb\\n'").output == "^[[2J^[]0;x^Ga\nb"


def test_half_a_secret_at_the_cut_is_left_out() -> None:
    secret = "s3cr3t-and-long"
    text = ("y" * 20 + secret + "\n") * 3000
    assert secret[4:] not in shown(text.encode()[-KEPT:], (secret,))


def test_secrets_are_masked_in_what_is_kept_of_output_and_script() -> None:
    ran = run("echo the token is tk-12345678; echo PASSWORD=hunter22", secrets=("tk-12345678",))
    assert "tk-12345678" not in ran.output + ran.script
    assert ran.output == "the token is ***\nPASSWORD=***"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "glpat-" + "x" * 20,
        "xoxb-1234567890-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIE cut off",
    ],
)
def test_what_has_the_form_of_a_token_is_masked(secret: str) -> None:
    assert mask(f"see {secret}") == "see ***"


def test_named_secrets_are_masked_and_other_words_are_not() -> None:
    assert mask("Authorization: Bearer abcdef123456") == "Authorization: Bearer ***"
    assert mask("postgresql://app:hunter2@db.example/x") == "postgresql://app:***@db.example/x"
    assert mask('{"api_key": "abcd1234"}') == '{"api_key": "***"}'
    assert mask("a", ("a", "")) == "a"
    assert mask("restarted 3 pods, 2 tokens left") == "restarted 3 pods, 2 tokens left"
