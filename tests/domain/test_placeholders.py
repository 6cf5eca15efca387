"""Filling placeholders: what an alert says stays one word of data, whatever it says."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.alert import Alert, AlertRef
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.placeholders import Filled, fill
from console.domain.priority import Priority
from console.domain.text import one_line

T0 = datetime(2026, 9, 1, 12, tzinfo=UTC)


def incident(*pods: str, service: str = "payments", cleared: int = 0) -> Incident:
    """Return an incident with an alert for each pod; the last ``cleared`` of them fire no more."""
    alerts = tuple(
        Alert(
            AlertRef("prod", str(n)),
            "Slow",
            "slow",
            service,
            Priority.P2,
            labels=(("pod", pod), ("a.b/c", "x1")),
        )
        for n, pod in enumerate(pods)
    )
    bodies: list[ev.Body] = [ev.Opened("slow", service, "t", "k", "Slow", None, T0), ev.AlertsFired(alerts)]
    if cleared:
        bodies.append(ev.AlertsCleared(tuple(alert.ref for alert in alerts[-cleared:])))
    return fold(ev.Event("INC-7", n, T0, ENGINE, body) for n, body in enumerate(bodies, 1))


def filled(command: str, pod: str = "api-1", *, shell: bool = True) -> Filled:
    return fill((command,), incident(pod), for_shell=shell)


def test_placeholders_are_filled_from_the_incident() -> None:
    found = filled("k -n {{ service }} logs {{labels.pod}} # {{ incident }} {{ alert }} {{ $labels.pod }}")
    assert found == Filled(("k -n payments logs api-1 # INC-7 Slow api-1",))
    assert filled("echo {{ labels.a.b/c }}") == Filled(("echo x1",))


def test_go_templates_are_left_alone() -> None:
    script = "docker ps --format '{{.Names}}' && kubectl get -o go-template='{{range .items}}{{.x}}'"
    assert filled(script) == Filled((script,))


@pytest.mark.parametrize(
    ("command", "pods", "why"),
    [
        ("echo {{ labels.zone }}", ("a",), "no label zone"),
        ("echo {{ zone }}", ("a",), "no placeholder is called zone"),
        ("echo {{ labels.pod }}", ("b", "a"), "label pod has 2 values: a, b"),
        ("rm -r /data/{{ labels.pod }}", ("",), "label pod is empty"),
        ("rm -r /data/{{ labels.pod }}", ("  ",), "label pod is empty"),
        (
            "k delete pod {{ labels.pod }}",
            ("--all",),
            "label pod begins with a dash and would be read as an option",
        ),
        (
            "k delete pod '{{ labels.pod }}'",
            ("--all",),
            "label pod begins with a dash and would be read as an option",
        ),
        ("cat /logs/{{ labels.pod }}", ("../../etc/shadow",), "label pod goes up in the folders (..)"),
        ("cat /logs/{{ labels.pod }}", ("..",), "label pod goes up in the folders (..)"),
        (
            "date > {{ labels.pod }}",
            ("/etc/passwd",),
            "label pod would name the file that is written or read",
        ),
        ("{{ labels.pod }} --help", ("reboot",), "label pod would be the program to run"),
        ('true; A=1 "{{ labels.pod }}"', ("reboot",), "label pod would be the program to run"),
        ("echo $({{ labels.pod }} --now)", ("reboot",), "label pod would be the program to run"),
        ("for x in 1 2; do {{ labels.pod }}; done", ("reboot",), "label pod would be the program to run"),
        ("f() {\n  {{ labels.pod }}\n}", ("reboot",), "label pod would be the program to run"),
        ("true |\n {{ labels.pod }}", ("reboot",), "label pod would be the program to run"),
        ("if {{ labels.pod }}; then :; fi", ("reboot",), "label pod would be the program to run"),
    ],
)
def test_what_cannot_be_filled_stays_visible_and_is_told(
    command: str, pods: tuple[str, ...], why: str
) -> None:
    assert fill((command,), incident(*pods), for_shell=True) == Filled((command,), (why,))


def test_alerts_that_fire_count_before_those_that_cleared() -> None:
    assert fill(("echo {{ labels.pod }}",), incident("a", "b", cleared=1), for_shell=True).text == "echo a"
    assert fill(("echo {{ labels.pod }}",), incident("a", "a", cleared=2), for_shell=True).text == "echo a"


HOSTILE = (
    "it's", '"', "'; touch pwned; '", '"; touch pwned; "', "$(touch pwned)", "`touch pwned`", "${IFS}touch", "$HOME",
    "a b", "a; touch pwned", "a && touch pwned", "a | touch pwned", "a > pwned", "*", "~", "!!", "\\", "\\'", "a\\",
    "'\"'\"'", "#x", "ünïcode 磁盘", "a=b", "{a,b}", "/etc/passwd", "%s%n", "{{ service }}", "<(touch pwned)", "&", "'",
    "$((1+1))", "$'\\n'",
)  # fmt: skip

ONE_WORD = (
    "printf '%s\\0' {{ labels.pod }}",
    "printf '%s\\0' \"{{ labels.pod }}\"",
    "printf '%s\\0' '{{ labels.pod }}'",
    "printf '%s\\0' \"<{{ labels.pod }}>\" | cat",
    "printf '%s\\0' --pod={{ labels.pod }}/x",
    "X={{ labels.pod }}; printf '%s\\0' \"$X\"",
    "printf '%s\\0' \"$((1))\" {{ service }}",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_shell_reads_every_value_as_one_word(value: str, tmp_path: Path) -> None:
    scripts = [filled(one, value) for one in ONE_WORD]
    assert [one.troubles for one in scripts] == [()] * len(scripts)
    ran = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(one.text for one in scripts)],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    words = ran.stdout.decode().split("\0")[:-1]
    assert words == [value, value, value, f"<{value}>", f"--pod={value}/x", value, "1", "payments"]
    assert not list(tmp_path.iterdir())


CAREFUL = (
    "sh -c 'echo {{ labels.pod }}'",
    'ssh host "tail {{ labels.pod }}"',
    'kubectl exec x -- bash -c "cat {{ labels.pod }}"',
    "/usr/bin/env sh -c {{ labels.pod }}",
    "psql -c \"select '{{ labels.pod }}'\"",
    "eval echo {{ labels.pod }}",
    "echo $(cat {{ labels.pod }})",
    'echo "$(cat {{ labels.pod }})"',
    "echo `cat {{ labels.pod }}`",
    "cat <<EOF\n{{ labels.pod }}\nEOF",
    "for x in {{ labels.pod }}; do echo $x; done",
    "f() { echo {{ labels.pod }}; }",
    "echo ${X:-{{ labels.pod }}}",
    "true # about {{ labels.pod }}",
    "$SHELL -c {{ labels.pod }}",
    "echo $'{{ labels.pod }}'",
)


@pytest.mark.parametrize("command", CAREFUL)
def test_where_one_layer_of_quotes_does_not_hold_only_plain_values_go(command: str) -> None:
    assert filled(command).troubles == ()
    assert "api-1" in filled(command).text
    for value in ("$(touch pwned)", "a b", "a'b", "a;b"):
        found = filled(command, value)
        assert found.troubles, value
        assert value not in found.text


def test_several_commands_are_one_script_and_stay_apart() -> None:
    found = fill(("cd '{{ service }}", "x'", "echo \\\n {{ labels.pod }}"), incident("a b"), for_shell=True)
    assert found.commands == ("cd 'payments", "x'", "echo \\\n 'a b'")
    quoted = fill(("echo 'open", "{{ labels.pod }}'"), incident("a b"), for_shell=True)
    assert quoted.commands == ("echo 'open", "''a b'" + "''")


def test_other_languages_take_plain_values_only() -> None:
    assert filled("select '{{ service }}'", shell=False) == Filled(("select 'payments'",))
    assert filled("select '{{ labels.pod }}'", "a' or '1'='1", shell=False).troubles


def test_line_ends_and_controls_are_not_filled_in() -> None:
    for value in ("a\nb", "a\rb", "a\x1b[2Jb", "a\0b", "a\u202eb", "x" * 2000):
        found = filled("echo {{ labels.pod }}", value)
        assert (found.text, len(found.troubles)) == ("echo {{ labels.pod }}", 1)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.text("{}labels.pod '\"\\$`#;|&()<> \nsh", max_size=40))
@example("$(x)", "\\")
def test_whatever_stands_around_it_a_value_is_quoted_or_left_out(value: str, around: str) -> None:
    """A value with anything special in it is never in the command as it is, unless inside its own quotes."""
    found = filled(f"echo {around}{{{{ labels.pod }}}}", f"{value}$(x)")
    if not found.troubles:
        assert f"'{one_line(value)}" in found.text or "'\"'\"'" in found.text
    else:
        assert found.text.endswith("{{ labels.pod }}")
