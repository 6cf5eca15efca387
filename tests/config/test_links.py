"""Links in the config: as they were, with fields, and mistakes that are told with their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.config.load import parse
from console.config.policy import policy_of
from console.domain.policy import Policy
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM
from tests.paths import REPO

HOST = "https://graphs.example"


def policy(*more: str) -> Policy:
    return policy_of(parse(TEAM + SOURCE + "\n".join(more), Path("oncall.toml")))


def link(url: str, *more: str) -> str:
    return "\n".join(["[[links]]", 'title = "Graph"', f'url = "{url}"', *more, ""])


def service(links: str) -> str:
    return f'[[services]]\nname = "search"\nteam = "payments"\nlinks = [{links}]\n'


def test_plain_links_stay_and_those_with_fields_are_for_their_service_only() -> None:
    told = service(
        f'{{ title = "A", url = "{HOST}/ä?b=1" }}, {{ title = "B", url = "{HOST}/{{id}}" }},'
        f'{{ title = "C", url = "{HOST}/{{{{x}}}}" }}'
    )
    rules = policy(told, link(HOST + "/{alert}", 'sources = ["prod"]'))
    assert [one.url for one in rules.services["search"].links] == [f"{HOST}/%C3%A4?b=1", f"{HOST}/%7Bx%7D"]
    own, shared = rules.links
    assert (own.url, own.services, own.sources) == (HOST + "/{id}", ("search",), ())
    assert (shared.url, shared.services, shared.sources) == (HOST + "/{alert}", (), ("prod",))


@pytest.mark.parametrize(
    ("told", "part"),
    [
        (link("javascript:alert(1)"), "is not an http or https address"),
        (link("file:///etc/passwd"), "is not an http or https address"),
        (link("https://{service}.example/"), "before or in the host"),
        (link(HOST + "/{nobody}"), 'no field "{nobody}"'),
        (link(HOST + "/{trace}"), "how one is found"),
        (link(HOST + "/{id}", 'trace = "x"'), "url has no {trace}"),
        (link(HOST + "/{trace}", 'trace = "(x"'), "is not a regular expression"),
        (link(HOST, 'teams = ["paymnts"]'), 'no [[teams]] has the id "paymnts"'),
        (link(HOST, 'sources = ["nowhere"]'), 'no [[sources]] has the name "nowhere"'),
        (service('{ title = "A", url = "ftp://x.example/{id}" }'), "before or in the host"),
    ],
)
def test_mistakes_are_told(told: str, part: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(part)):
        policy(told)


def test_a_service_that_the_config_does_not_know_is_a_warning() -> None:
    loaded = parse(TEAM + SOURCE + link(HOST, 'services = ["unknown"]'), Path("oncall.toml"))
    assert any('no [[services]] has the name "unknown"' in line for line in loaded.warnings)


def test_the_example_of_the_manual_loads() -> None:
    page = (REPO / "docs/links.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    rules = policy(example.replace('name = "payments"', 'name = "billing"'))  # there is one of that name
    assert [one.title for one in rules.links] == ["Dashboard", "Logs by trace", "Status page"]
