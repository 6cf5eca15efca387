"""``[[views]]`` of the config."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.kept import load_setup
from console.domain.sorting import Sort
from console.domain.views import View
from console.errors import ConfigError
from tests.config.samples import TEAM
from tests.paths import REPO


def views(tmp_path: Path, text: str) -> tuple[View, ...]:
    path = tmp_path / "oncall.toml"
    path.write_text(TEAM + text)
    path.chmod(0o600)
    return [load_setup(path, tmp_path / "cache") for _ in range(2)][
        -1
    ].looks.views  # the second is a kept one


def test_a_view_with_everything_and_one_with_a_name(tmp_path: Path) -> None:
    text = (
        '[[views]]\nname = "night"\nfilter = "p:1,2"\nsort = "oldest"\nkey = "n"\n[[views]]\nname = "all"\n'
    )
    assert views(tmp_path, text) == (View("night", "p:1,2", Sort.OLDEST, "n"), View("all"))


def test_the_example_of_the_documentation_loads(tmp_path: Path) -> None:
    blocks = (REPO / "docs" / "filters.md").read_text().split("```toml\n")[1:]
    found = views(tmp_path, "\n".join(block.partition("```")[0] for block in blocks))
    assert [view.name for view in found] == ["night", "nobody has it"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "x"\nfilter = "pp:1"', 'no field "pp"'),
        ('name = "x"\nsort = "luck"', "urgency"),
        ('name = "x"\nkey = "ab"', "one character"),
        ('name = "x"\nkey = "j"', "one character"),
        ('name = "x"\n[[views]]\nname = "x"', "already"),
        ('name = "x"\nkey = "a"\n[[views]]\nname = "y"\nkey = "a"', "already"),
        ('filter = "p:1"', "name"),
    ],
)
def test_every_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        views(tmp_path, f"[[views]]\n{text}\n")
    assert said in str(caught.value)
    assert "oncall.toml:" in str(caught.value)
