"""What is a step in Markdown, and what is not."""

from __future__ import annotations

import pytest

from console.domain.alert import Link
from console.domain.runbook import Runbook, Step
from console.library.parse import parse


def steps(text: str) -> tuple[Step, ...]:
    return parse(text, "x.md").steps


def texts(text: str) -> list[str]:
    return [step.text for step in steps(text)]


def test_a_numbered_list_is_steps_with_their_commands() -> None:
    found = steps(
        """# HighErrorRate

1. Open the **error dashboard** and note the failing `route`
2. Compare the error start with the last deploy

   ```sh
   $ kubectl -n payments rollout history deploy/api-gw
   deployment.apps/api-gw
   REVISION  CHANGE-CAUSE
   ```

3. Roll back if the deploy is newer
"""
    )
    assert [(step.n, step.text) for step in found] == [
        (1, "Open the error dashboard and note the failing `route`"),
        (2, "Compare the error start with the last deploy"),
        (3, "Roll back if the deploy is newer"),
    ]
    assert found[1].commands == ("kubectl -n payments rollout history deploy/api-gw",)


def test_checkboxes_are_steps_and_their_state_in_the_file_does_not_count() -> None:
    assert texts("## List\n\n- [ ] tell support\n- [x] freeze deploys\n- [X] mail\n") == [
        "tell support",
        "freeze deploys",
        "mail",
    ]


def test_step_headings_are_steps_with_what_stands_below_them() -> None:
    found = steps(
        "## Step 1: Check the lag\n\nSee the panel.\n\n```\n$ psql -c 'select 1'\n```\n\n"
        "### By hand\n\n1. log in\n2. look\n\n## Step 2\n\nFail over.\n"
    )
    assert [step.text for step in found] == [
        "Check the lag\nSee the panel.\nBy hand\n1. log in\n2. look",
        "Fail over.",
    ]
    assert found[0].commands == ("psql -c 'select 1'",)


def test_orders_as_headings_below_mitigation_are_steps() -> None:
    found = steps(
        "## Meaning\nslow\n## Mitigation\n### Restart the pods\n```sh\nkubectl rollout restart deploy/x\n```\n"
        "### Clear the queue\nPurge it.\n### Background\nIt grew.\n"
    )
    assert [(step.heading, step.text) for step in found] == [
        ("Mitigation", "Restart the pods"),
        ("Mitigation", "Clear the queue\nPurge it."),
    ]
    assert found[0].commands == ("kubectl rollout restart deploy/x",)


def test_one_order_as_a_heading_alone_proves_nothing() -> None:
    assert steps("## Troubleshooting\n### Check the logs\nThey are in Kibana.\n### Timeouts\nHappen.\n") == ()


def test_lists_below_several_headings_are_numbered_on() -> None:
    found = steps("## Diagnosis\n1. Check a\n2. Check b\n\n## Mitigation\n1. Restart c\n")
    assert [(step.n, step.heading, step.text) for step in found] == [
        (1, "Diagnosis", "Check a"),
        (2, "Diagnosis", "Check b"),
        (3, "Mitigation", "Restart c"),
    ]


def test_lists_elsewhere_are_left_out_where_a_procedure_has_its_own() -> None:
    text = "# Service\n## Installing locally on a laptop\n1. Run a\n## People\n1. Ask Asha\n2. Ask Budi\n## Steps\n1. Restart\n"
    assert "Ask Asha" not in texts(text)
    assert texts(text)[-1] == "Restart"


@pytest.mark.parametrize(
    "text",
    [
        "# Contents\n1. [Check the logs](#check-the-logs)\n2. [Restart](#restart)\n",
        "# X\n1. [Check the logs](#check-the-logs)\n2. [Restart it in the cluster](#restart)\n",
        "## Causes\n1. Restart of the node in the night\n2. Check of a disk\n",
        "## Impact\n1. Run times of the jobs are up\n2. Add-ons fail\n",
        "# X\nThere are the reasons for this:\n1. The disk is full\n2. Load on the node is high\n3. A pod is gone\n",
        "# X\n1. Log volume is high on the node\n2. Page load has to wait\n3. The lag of it\n",
        "## Prerequisites\n1. Install kubectl\n2. Get access\n\nAsk Asha for it.\n",
        "## Mitigation\nTODO\n",
        "## Mitigation\n- TBD: restart the pods?\n- To be written\n",
        "## Mitigation\nNote that this takes long. In time the lag will drop.\n",
        "## Meaning\nCheck of a disk.\n### Disable it\nRun this:\n```sh\noc edit x\n```\n",
        "## Possible causes\n- Restart of the node\n- Check the disk\n",
        "# X\n- Restart the pod\n- Call the DBA\n",
        "# X\nRestart the pod and then the node.\n",
        "```\n1. Restart the pod\n2. Check the node\n```\n",
        "> 1. Restart the pod\n> 2. Check the node\n",
        "",
        "## 1. Node failures\nThey happen to the best of us.\n## 2. Disk failures\nThese too.\n",
    ],
)
def test_what_is_not_plainly_a_step_is_none(text: str) -> None:
    assert steps(text) == ()


def test_bullets_of_a_procedure_are_steps_where_they_give_orders() -> None:
    found = texts(
        "## Mitigation\n- Restart the pod\n- If it stays down, call the DBA\n## Diagnosis\n- a disk is full\n- Drain it\n"
    )
    assert found == ["Restart the pod", "If it stays down, call the DBA"]


def test_orders_in_paragraphs_are_steps_from_the_order_on() -> None:
    found = steps(
        "## Diagnosis\nThe cause varies. Check the nodes:\n\n```sh\n$ kubectl get no\n```\n\nIt may be the disk.\n\n"
        "If it is full, delete the logs.\n\n## Mitigation\n```sh\nsystemctl restart x\n```\n"
    )
    assert [(step.text, step.commands) for step in found] == [
        ("Check the nodes:", ("kubectl get no",)),
        ("If it is full, delete the logs.", ()),
        ("Mitigation", ("systemctl restart x",)),
    ]


def test_an_item_may_give_its_orders_below_its_first_line() -> None:
    found = texts(
        "## Mitigation\n1. For the disk:\n   - Check the cable\n2. For the rest:\n   - Restart it\n"
    )
    assert found == ["For the disk:\n- Check the cable", "For the rest:\n- Restart it"]


def test_a_log_in_a_fence_for_the_shell_is_no_command() -> None:
    assert (
        steps("## Steps\n1. Look for\n   ```sh\n   Warning  Failed  3m  scheduler\n   ```\n")[0].commands
        == ()
    )


def test_nested_items_stay_part_of_their_step() -> None:
    found = texts(
        "## Steps\n1. Check the pods\n   - api\n   - worker, with\n     ```\n     $ kubectl get po\n     ```\n2. Restart\n   1. first a\n   2. then b\n"
    )
    assert found == ["Check the pods\n- api\n- worker, with", "Restart\n1. first a\n2. then b"]


def test_code_that_was_not_indented_belongs_to_the_item_above_it() -> None:
    found = steps(
        "## Steps\n1. List the nodes\n```sh\nkubectl get nodes\n```\n2. Drain it\n\nSlowly.\n\n3. Reboot\n"
    )
    assert [step.text for step in found] == ["List the nodes", "Drain it\nSlowly.", "Reboot"]
    assert found[0].commands == ("kubectl get nodes",)


def test_code_that_is_only_shown_stays_in_the_text() -> None:
    found = steps('## Steps\n1. Check that it says\n   ```json\n   {"ok": true}\n   ```\n')
    assert found[0].text == 'Check that it says\n    {"ok": true}'
    assert found[0].commands == ()


def test_links_are_kept_aside_and_only_web_addresses_are_links() -> None:
    found = steps(
        "## Steps\n1. Open [the board](https://grafana.example/d/1), [this](mailto:x@y.example) or [ref][r]\n\n[r]: http://wiki.example/x\n"
    )
    assert found[0].text == "Open the board, this or ref"
    assert found[0].links == (
        Link("the board", "https://grafana.example/d/1"),
        Link("ref", "http://wiki.example/x"),
    )


def test_a_runbook_in_another_language_is_taken_by_its_form() -> None:
    assert texts("# Galat tinggi\n\n1. Buka dasbor galat\n2. Bandingkan dengan rilis terakhir\n") == [
        "Buka dasbor galat",
        "Bandingkan dengan rilis terakhir",
    ]


def test_steps_after_a_condition_are_steps() -> None:
    text = "# X\n1. If the disk is full, delete the old logs\n2. On the node, run fsck\n3. Finally, tell the team that it is over\n"
    assert len(steps(text)) == 3


def test_hostile_text_comes_out_plain() -> None:
    runbook = parse(
        "# Evil \x1b]0;x\x07\n\n1. Run [bold]this[/bold] \u202e\x1b[31m now\n2. Check <b>it</b>\n", "e.md"
    )
    assert isinstance(runbook, Runbook)
    assert "\x1b" not in runbook.text + runbook.title + "".join(step.text for step in runbook.steps)
    assert runbook.steps[0].text == "Run [bold]this[/bold] ^[[31m now"


def test_a_very_long_list_is_cut() -> None:
    assert len(steps("## Steps\n" + "1. Check it\n" * 1000)) == 200


def test_what_the_text_says_to_run_is_a_command_too() -> None:
    found = steps(
        "## Steps\n1. On the node, run: `systemctl restart x` and look at `x.log here`\n2. Run `uptime`\n"
    )
    assert found[0].commands == ("systemctl restart x",)
    assert found[1].commands == ()
