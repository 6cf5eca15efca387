from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from itertools import pairwise

import pytest

import console.sources
from console.errors import ConfigError
from console.kinds import HELPERS
from console.ports.sources import AlertSource
from console.sources import registry
from console.sources.base.options import SourceOptions
from tests.sources.conftest import HeldClock, options_for


def test_every_module_is_a_source_or_known_as_a_helper() -> None:
    modules = {module.name for module in pkgutil.iter_modules(console.sources.__path__)}
    assert modules == HELPERS | set(registry.kinds())
    for kind in registry.kinds():
        module = importlib.import_module(f"console.sources.{kind}")
        assert issubclass(module.Options, SourceOptions)
        assert module.Source.kind == kind
        assert callable(module.parse)


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("alertmanger", 'did you mean "alertmanager"?'),
        ("Replay", 'did you mean "replay"?'),
        ("pager_duty", 'did you mean "pagerduty"?'),
        ("zzz", f"there are: {', '.join(registry.kinds())}"),
        ("base", f"there are: {', '.join(registry.kinds())}"),
        ("..", f"there are: {', '.join(registry.kinds())}"),
    ],
)
def test_an_unknown_kind_names_the_nearest(kind: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        registry.find(kind)
    assert caught.value.hint == hint


def test_a_source_is_built_without_touching_the_network(clock: HeldClock) -> None:
    source: AlertSource = registry.build("alertmanager", "prod", options_for("http://am.invalid"), clock)
    assert (source.name, source.kind, source.interval) == ("prod", "alertmanager", 15.0)


@pytest.mark.parametrize("kind", registry.kinds())
def test_every_option_is_explained(kind: str) -> None:
    options = registry.find(kind).options
    explained: set[str] = set()
    for base in options.__mro__:
        if base.__module__.startswith(("console.sources", "console.web")):
            explained |= explained_in(ast.parse(inspect.getsource(base)).body[0])
    assert set(options.model_fields) <= explained


def explained_in(table: ast.stmt) -> set[str]:
    """Return the keys of a class that have a text right below them."""
    assert isinstance(table, ast.ClassDef)
    return {
        key.target.id
        for key, below in pairwise(table.body)
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }
