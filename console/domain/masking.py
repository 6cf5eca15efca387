"""Taking secrets out of what programs write: those that are known, and what is plainly one by its form.

A mask is a net with holes: it catches what has the form of a token, not every secret there is.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

Value = TypeVar("Value")

HIDDEN = "***"
_SHORTEST = 4  # characters; anything shorter protects nothing and is part of ordinary words

_TOKENS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[opsru]_[0-9A-Za-z]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bxox[a-z]-[0-9A-Za-z-]{10,}|\bxapp-[0-9A-Za-z-]{10,}"
    r"|\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]*"  # a JSON web token
    r"|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\b[sr]k_live_\w{16,}|\bhv[sb]\.[\w-]{20,}|\bglsa_\w{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_NAMED = re.compile(
    r"""((?<![\w-])(?:[\w-]{0,40}?"""
    r"""(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)[\w-]{0,40})"""
    r"""["']?\s*[:=]\s*["']?)([^\s"',;]{3,})""",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"""\b((?:Bearer|Basic|Token)\s+)[\w.~+/=-]{8,}""", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(\w{2,12}://[^\s:/@]{0,200}:)[^\s/@]{1,500}(?=@)")


def mask(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return the text with every secret replaced by ``***``; what is named ``password=`` or the like is one."""
    for secret in sorted({one.strip() for one in secrets}, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    text = _TOKENS.sub(HIDDEN, text)
    text = _IN_ADDRESS.sub(rf"\g<1>{HIDDEN}", text)
    text = _LOGIN.sub(rf"\g<1>{HIDDEN}", text)
    return _NAMED.sub(rf"\g<1>{HIDDEN}", text)


def masked(value: Value) -> Value:
    """Return a record, or a tuple of them, with every text in it masked, however deep."""
    found: Any = value
    if type(found) is str:
        found = mask(found)
    elif isinstance(value, tuple):
        found = tuple(map(masked, value))
    elif is_dataclass(value) and not isinstance(value, type):
        found = replace(value, **{field.name: masked(getattr(value, field.name)) for field in fields(value)})
    return cast("Value", found)
