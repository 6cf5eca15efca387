"""What may be run: fenced for a shell, filled in whole, and allowed by the config."""

from __future__ import annotations

import pytest

from console.domain.placeholders import Filled
from console.domain.runbook import Step
from console.domain.runnable import why_not


def refused(script: str, *only: str) -> str:
    return why_not(Step(2, "restart", (script,), "", (), "sh"), Filled((script,)), only)


def test_only_a_fenced_and_filled_script_is_run() -> None:
    step = Step(2, "restart", ("x",), "", (), "sh")
    assert why_not(Step(2, "restart"), Filled(()), ()) == "step 2 has no command"
    assert why_not(Step(2, "r", ("x",)), Filled(("x",)), ()).startswith("step 2 is not fenced as sh or bash")
    assert why_not(step, Filled(("x",), ("no label pod",)), ()) == "no label pod"
    assert why_not(step, Filled(("x" * 30_000,)), ()) == "too long for a script to be run here"
    assert why_not(step, Filled(("anything; at all",)), ()) == ""


def test_what_came_without_tls_is_not_run() -> None:
    step, filled = Step(2, "restart", ("x",), "", (), "sh"), Filled(("x",))
    why = "this page came over http, where anybody on the way may have written it: copy its command instead"
    assert why_not(step, filled, (), "http://wiki.example/a.md") == why
    assert why_not(step, filled, (), "https://wiki.example/a.md") == ""
    assert why_not(step, filled, (), "http/a.md") == ""


@pytest.mark.parametrize(
    "script",
    [
        "kubectl get pods",
        "kubectl get pods | grep api > /tmp/x 2>&1",
        "A=1 kubectl get 'pods; reboot' # reboot",
        'if kubectl get; then grep "x" y; fi && ! grep z',
        "kubectl logs $POD \\\n  --tail 5",
    ],
)
def test_the_programs_that_are_named_may_run(script: str) -> None:
    assert refused(script, "kubectl", "grep") == ""


@pytest.mark.parametrize(
    "script",
    [
        "reboot",
        "kubectl get; reboot",
        "kubectl get\nreboot",
        "kubectl get & reboot",
        "kubectl get | reboot",
        "kubectl get && A=1 reboot",
        "kubectl get $(reboot)",
        'kubectl get "$(reboot)"',
        "kubectl get `reboot`",
        "(reboot)",
        "{ reboot; }",
        "kubectl() { reboot; }; kubectl",
        "$X get",
        "kubectl <(reboot)",
        "for x in 1; do reboot; done",
        "kubectl <<E\n$(reboot)\nE",
        "> /tmp/x reboot",
        "'reboot'",
        "re\\boot",
        "kubectl 'open",
    ],
)
def test_anything_else_may_not(script: str) -> None:
    assert "run_only" in refused(script, "kubectl", "grep")
