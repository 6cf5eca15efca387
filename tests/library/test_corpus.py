"""Real runbooks of several teams: none breaks the reader, and known ones come out as a person reads them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from console.domain.runbook import Runbook
from console.library.index import Index
from console.library.parse import parse
from tests.paths import SHARED, needs_shared

FOLDER = SHARED / "samples" / "runbooks"
OPENSHIFT = "openshift__runbooks/alerts__cluster-"
PROMETHEUS = "prometheus-operator__runbooks/content__runbooks__"
GITLAB = "mattrussi__gitlab-com-runbooks/docs__"

# Path -> how many steps, and how some of them begin. Counted by hand.
EXPECTED: dict[str, tuple[int, dict[int, str]]] = {
    OPENSHIFT + "kube-apiserver-operator__KubeAPIDown.md": (
        3,
        {1: "Verify the status", 2: "Confirm whether"},
    ),
    OPENSHIFT + "logging-operator__CollectorNodeDown.md": (
        20,
        {
            1: "Check if the collector",
            8: "Restart Unhealthy",
            9: "Review the pod's",
            20: "Ensure the Service",
        },
    ),
    OPENSHIFT + "monitoring-operator__NodeFilesystemSpaceFillingUp.md": (
        6,
        {1: "To assist in your diagnosis, watch", 3: "Debug the node", 6: "Exit debug"},
    ),
    "kubevirt__monitoring/docs__runbooks__CDIDataImportCronOutdated.md": (
        10,
        {1: "Check the cluster", 7: "Check the `cdi-deployment`", 8: "Set a default", 10: "If your cluster"},
    ),
    "kubevirt__monitoring/docs__runbooks__VirtControllerDown.md": (
        8,
        {2: "Set the `NAMESPACE`", 7: "Check for issues", 8: "Try to identify"},
    ),
    GITLAB + "ci-runners__ci_runner_manager_errors.md": (
        9,
        {1: "Check DigitalOcean", 6: "Remove the failing", 9: "Check MK"},
    ),
    GITLAB + "patroni__scale-up-patroni.md": (5, {1: "Increase the node", 5: "Follow the patroni"}),
    GITLAB + "praefect__praefect-error-rate.md": (3, {1: "Check the prometheus", 3: "Identify the"}),
    GITLAB + "redis-cache__remove-cache-entries.md": (2, {1: "obtain the keys", 2: "delete the keys"}),
    GITLAB + "monitoring__upgrades.md": (19, {1: "Prometheus/Thanos", 8: "Merge Chef", 19: "Verify service"}),
    "alphagov__govuk-developer-docs/source__manual__get-started.html.md": (
        12,
        {1: "Install the Xcode", 12: "Talk to"},
    ),
    "alphagov__govuk-developer-docs/source__manual__clear-the-redis-cache.html.md": (
        6,
        {1: "Find the", 4: "See how"},
    ),
    # bullets that give orders, orders and commands in paragraphs, a stub below "Mitigation"
    "kubevirt__monitoring/docs__runbooks__HCOInstallationIncomplete.md": (
        2,
        {1: "Complete the installation", 2: "Uninstall the HCO"},
    ),
    PROMETHEUS + "alertmanager__AlertmanagerFailedReload.md": (
        3,
        {1: "Verify if there is", 3: "You could also"},
    ),
    PROMETHEUS + "general__NodeNetworkInterfaceFlapping.md": (2, {1: "Investigate", 2: "Cordon and drain"}),
    PROMETHEUS + "kubernetes__KubeletDown.md": (3, {1: "Check the status", 3: "Check for wide-spread"}),
    PROMETHEUS + "kubernetes__KubeAPITerminatedRequests.md": (1, {1: "Use the"}),
    PROMETHEUS + "etcd__etcdInsufficientMembers.md": (
        7,
        {1: "Check that all", 4: "To run", 7: "If MCO is not"},
    ),
    OPENSHIFT + "network-operator__OVNKubernetesNorthdInactive.md": (8, {1: "Resolve any", 8: "Contact the"}),
    "openshift__runbooks/alerts__openshift-virtualization-operator__NodeNetworkInterfaceDown.md": (
        6,
        {1: "Identify", 4: "For physical", 6: "If the issue"},
    ),
    "openshift__runbooks/alerts__network-observability-operator__IngressHTTPLatencyTrend.md": (
        2,
        {1: "Navigate to alert", 2: "Navigate to network"},
    ),
    # a list of causes, a stub, notes, symptoms that are numbered, a section's index
    "openshift__runbooks/alerts__cluster-monitoring-operator__KubeAPIDown.md": (0, {}),
    "prometheus-operator__runbooks/content__runbooks__etcd___index.md": (0, {}),
    GITLAB + "uncategorized__alert-routing.md": (0, {}),
    GITLAB + "uncategorized__deleting-alerts.md": (0, {}),
    "mattrussi__gitlab-com-runbooks/on-call__checklists__imoc.md": (0, {}),
}

pytestmark = needs_shared


@pytest.fixture(scope="module")
def corpus() -> dict[str, Runbook]:
    files = sorted(FOLDER.rglob("*.md"))
    return {
        file.relative_to(FOLDER).as_posix(): parse(file.read_text(encoding="utf-8"), file.name)
        for file in files
        if file.name != "SOURCES.md"
    }


def test_every_runbook_is_read_and_stays_whole(corpus: dict[str, Runbook]) -> None:
    assert len(corpus) > 250
    for path, runbook in corpus.items():
        assert runbook.title, path
        assert [step.n for step in runbook.steps] == list(range(1, len(runbook.steps) + 1)), path
        assert all(step.text or step.commands for step in runbook.steps), path
        last = (FOLDER / path).read_text(encoding="utf-8").split()[-1]
        assert not runbook.text or runbook.text.endswith(last[-10:]), path


def test_steps_are_found_in_about_as_many_as_have_them(corpus: dict[str, Runbook]) -> None:
    with_steps = [runbook for runbook in corpus.values() if runbook.steps]
    assert 0.6 <= len(with_steps) / len(corpus) <= 0.85
    with_commands = [runbook for runbook in with_steps if any(step.commands for step in runbook.steps)]
    assert len(with_commands) >= len(with_steps) / 2


@pytest.mark.parametrize("path", EXPECTED)
def test_a_runbook_reads_as_a_person_reads_it(corpus: dict[str, Runbook], path: str) -> None:
    count, beginnings = EXPECTED[path]
    steps = corpus[path].steps
    assert len(steps) == count
    for n, beginning in beginnings.items():
        assert steps[n - 1].text.startswith(beginning)


def test_no_runbook_takes_long(corpus: dict[str, Runbook]) -> None:
    """The longest ones, each well under the 150 ms a cold runbook pane may take (with room for a busy machine)."""
    longest = sorted(corpus, key=lambda path: len(corpus[path].text))[-3:]
    for path in longest:
        text = (FOLDER / path).read_text(encoding="utf-8")
        begin = time.process_time()
        parse(text, path)
        assert time.process_time() - begin < 0.15, path


@pytest.mark.parametrize(
    ("alert", "ending"),
    [
        ("KubeletDown", "kubernetes__KubeletDown.md"),
        ("KubeAPIDown", "kube-apiserver-operator__KubeAPIDown.md"),
        ("RouterErrorRatioTooHigh", "alerts__RouterErrorRatioTooHigh.html.md"),
    ],
)
def test_alerts_find_their_runbooks(alert: str, ending: str) -> None:
    runbook, note = Index([Path(FOLDER)]).find(alert, "")
    assert runbook is not None
    assert runbook.path.endswith(ending)
    assert note == "found by alert name"
