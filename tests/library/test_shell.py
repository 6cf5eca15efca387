"""Which lines of code are commands."""

from __future__ import annotations

import pytest

from console.library.shell import commands


@pytest.mark.parametrize(
    ("code", "language", "found"),
    [
        ("$ kubectl get nodes\nNAME READY\n$ uptime\n", "console", ("kubectl get nodes", "uptime")),
        ("kubectl get nodes\n\n# look at it\nuptime\n", "bash", ("kubectl get nodes", "uptime")),
        ("asha@db-1:~$ df -h\n/dev/sda 100%\n", "", ("df -h",)),
        ("kubectl patch x \\\n  -p 1\nuptime\n", "sh", ("kubectl patch x \\\n  -p 1", "uptime")),
        (
            "$ cat <<EOF | kubectl apply -f -\nkind: X\nEOF\n$ uptime\n",
            "",
            ("cat <<EOF | kubectl apply -f -\nkind: X\nEOF", "uptime"),
        ),
        ("psql -c '\nselect 1'\n", "sh", ("psql -c '\nselect 1'",)),
        (
            "for i in 1 2; do\n  echo $i\ndone\n",
            "bash",
            ("for i in 1 2; do\n  echo $i\ndone",),
        ),
        ("echo 'never closed\nuptime\n", "bash", ("echo 'never closed\nuptime",)),
        ("grep x <<< word\nuptime\n", "sh", ("grep x <<< word", "uptime")),
        ("select 1\nfrom x;\n", "sql", ("select 1\nfrom x;",)),
        ("sum(rate(x[5m]))\n", "promql", ("sum(rate(x[5m]))",)),
        ("kind: Pod\n", "yaml", ()),
        ("NAME   READY\nx      1/1\n", "", ()),
        ("kubectl get nodes\nsudo reboot\n", "", ("kubectl get nodes", "sudo reboot")),
        ("Look at the panel.\n", "", ()),
        ("", "bash", ()),
        ("uptime\n", "{.bash}", ("uptime",)),
    ],
)
def test_commands(code: str, language: str, found: tuple[str, ...]) -> None:
    assert commands(code, language) == found


def test_many_lines_are_one_script() -> None:
    script = "\n".join(f"echo {n}" for n in range(60))
    assert commands(script, "sh") == (script,)
