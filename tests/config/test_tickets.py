"""``[[tickets]]``: what it says to the rules, and what is wrong with it by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.kept import load_setup
from console.domain.priority import Priority
from console.errors import ConfigError
from tests.paths import REPO

HEAD = """
[[teams]]
id = "payments"
[[services]]
name = "payments"
team = "payments"
[[sources]]
kind = "alertmanager"
name = "prod"
urls = ["https://am.example"]
"""
JIRA = """
[[tickets]]
kind = "jira"
name = "jira"
url = "https://acme.atlassian.net/browse/"
username = "desk@acme.example"
token = { env = "JIRA_TOKEN" }
project = "OPS"
priorities = { P1 = "Highest" }
mirror = ["notes"]
close = "transition:Done"
routes = [{ services = ["payments"], project = "PAY", component = "Cards" }]
"""


def file_of(folder: Path, text: str) -> Path:
    path = folder / "oncall.toml"
    path.write_text(HEAD + text)
    return path


def test_it_survives_being_kept_without_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIRA_TOKEN", "hush-hush")
    path = file_of(tmp_path, JIRA)
    first = load_setup(path, tmp_path / "cache")
    again = load_setup(path, tmp_path / "cache")
    assert again.policy.tickets == first.policy.tickets
    (place,) = again.policy.tickets
    assert (place.web, place.transition, place.mirror_notes) == ("https://acme.atlassian.net", "Done", True)
    assert dict(place.priorities) == {Priority.P1: "Highest"}
    assert place.route("payments", "payments").project == "PAY"
    assert place.route("search", "payments").project == "OPS"
    assert all(b"hush-hush" not in file.read_bytes() for file in (tmp_path / "cache").iterdir())


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('"transition:Done"', '"when done"', "transition:NAME"),
        ('services = ["payments"]', 'services = ["payment"]', 'did you mean "payments"?'),
        ('name = "jira"', 'name = "prod"', "in [[sources]] already"),
        ('kind = "jira"', 'kind = "jra"', 'did you mean "jira"?'),
        ('{ P1 = "Highest" }', '{ P7 = "Highest" }', "P7"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(wrong: str, right: str, said: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, JIRA.replace(wrong, right))
    with pytest.raises(ConfigError) as caught:
        load_setup(path, tmp_path / "cache")
    assert said in str(caught.value)
    line = [n for n, text in enumerate(path.read_text().split("\n"), 1) if right in text][-1]
    assert f"oncall.toml:{line}:" in str(caught.value)


def test_a_jira_project_is_named_by_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no key of a Jira project"):
        load_setup(file_of(tmp_path, JIRA.replace('"OPS"', '"ops desk"')), tmp_path / "cache")


@pytest.mark.parametrize("project", ["shop", "acme/../shop", "acme/", "acme/a b"])
def test_a_repository_has_an_owner(project: str, tmp_path: Path) -> None:
    text = f'[[tickets]]\nkind = "github"\nname = "hub"\ntoken = {{ env = "X" }}\nproject = "{project}"\n'
    with pytest.raises(ConfigError, match="owner/name"):
        load_setup(file_of(tmp_path, text), tmp_path / "cache")


def test_the_example_of_the_documentation_loads(tmp_path: Path) -> None:
    text = (REPO / "docs" / "tickets.md").read_text()
    example = text.split("```toml\n")[1].split("```")[0]
    (place,) = load_setup(file_of(tmp_path, example), tmp_path / "cache").policy.tickets
    assert (place.route("payments", "").project, place.back) == ("PAY", "https://oncall.acme.example/{id}")


@pytest.mark.parametrize(
    ("key", "said"),
    [('close = "transition:Done"', '"transition:closed"'), (f'labels = ["{"x" * 51}"]', "50")],
)
def test_what_a_repository_does_not_take_is_said_before_the_first_ticket(
    key: str, said: str, tmp_path: Path
) -> None:
    text = (
        f'[[tickets]]\nkind = "github"\nname = "hub"\ntoken = {{ env = "X" }}\nproject = "acme/shop"\n{key}\n'
    )
    with pytest.raises(ConfigError, match=said):
        load_setup(file_of(tmp_path, text), tmp_path / "cache")
