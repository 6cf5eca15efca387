"""[[checklists]]: what they come to, and every mistake named with its place."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from console.config.policy import policy_of
from console.domain.team.builtin import builtin
from console.domain.team.checklist import ItemKind, When
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM, loaded
from tests.paths import REPO

LIST = '[[checklists]]\nid = "before"\nwhen = "pre-shift"\n'
ITEM = '[[checklists.items]]\nid = "vpn"\ntext = "VPN"\n'


def test_without_any_the_built_in_ones_count() -> None:
    assert policy_of(loaded()).checklists == builtin()


def test_the_first_one_replaces_them_and_one_without_items_is_none() -> None:
    assert policy_of(loaded(TEAM + SOURCE + LIST)).checklists == ()
    (found,) = policy_of(loaded(TEAM + SOURCE + LIST + ITEM)).checklists
    assert (found.id, found.name, found.when, found.team) == ("before", "before", When.PRE_SHIFT, "")
    assert (found.items[0].kind, found.items[0].required, found.items[0].expires) == (
        ItemKind.CONFIRM,
        True,
        None,
    )


def test_the_example_of_the_documentation_loads() -> None:
    text = (REPO / "docs/checklists.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (found,) = policy_of(loaded(TEAM + SOURCE + example)).checklists
    by_id = {item.id: item for item in found.items}
    assert by_id["vpn"].command[0] == "ping"
    assert by_id["vpn"].access
    assert by_id["contacts"].expires == timedelta(days=90)
    assert by_id["wiki"].url == "https://wiki.shop.example/"
    assert {item.kind for item in found.items} == set(ItemKind)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LIST + ITEM + 'kind = "command"\n', 'an item of kind "command" needs "command"'),
        (LIST + ITEM + 'kind = "link"\n', 'an item of kind "link" needs "url"'),
        (LIST + ITEM + 'command = ["true"]\n', '"command" is for items of kind "command" only'),
        (LIST + ITEM + 'kind = "link"\nurl = "file:///etc/passwd"\n', "is not an http or https address"),
        (LIST + ITEM + 'kind = "command"\ncommand = "ping host"\n', "command"),
        (LIST + ITEM + 'timeout = "0s"\n', 'must be longer than "0s"'),
        (LIST + ITEM + ITEM, '"vpn" is in this checklist already'),
        (LIST + ITEM + LIST, '"before" is in [[checklists]] already'),
        (LIST + 'team = "paymets"\n', 'no [[teams]] has the id "paymets" — did you mean "payments"?'),
        (LIST.replace("pre-shift", "weekly"), "when"),
        (LIST + ITEM + "requird = true\n", "requird"),
    ],
)
def test_every_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"oncall\.toml:\d+") as error:
        loaded(TEAM + SOURCE + text)
    assert said in str(error.value)
