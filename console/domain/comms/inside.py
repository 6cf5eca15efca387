"""Words that are ours and not our clients': machines, services, people; and marks that outlets show oddly. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.text import safe_url

_OUTAGE = re.compile(r"\boutages?\b", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.IGNORECASE)
_INSIDE = re.compile(
    r"(?:.*\.(?:internal|local|lan|corp|intra|intranet|private|svc|localdomain|arpa|consul|onion)"
    r"|localhost|ip(?:-\d{1,3}){4})",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\w|:[a-f:])|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:]))(?:/\d+)?",
    re.IGNORECASE,
)
_PLACES = ("instance", "pod", "host", "hostname", "node", "device", "container", "server", "ip", "address")
_SHORTEST = 4  # letters of a label's value that is looked for: shorter ones are ordinary words
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,10}://[^\s<>()\[\]\"']+", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(\s*([^()\s]{1,2048})\s*\)")
_MARKUP = re.compile(
    r"\*\*|__|~~|`+|^#{1,6} |^\s*>|!\[|<!?/?[a-z][^<>\n]{0,200}>|\|\s*-{3,}|&(?:[a-z]{2,8}|#\d{1,6});",
    re.IGNORECASE | re.MULTILINE,
)
_CALL = re.compile(r"@(?:channel|here|everyone|all|room|group)\b|<[!@#][^<>\n]{1,60}>", re.IGNORECASE)
_WEB = ("http", "https")

Said = tuple[str, str]
"""What is wrong, and what to do."""


def outages(text: str) -> Iterator[str]:
    """Yield the word that only a full outage deserves."""
    return (found.group() for found in _OUTAGE.finditer(text))


def hosts(text: str, incident: Incident) -> Iterator[str]:
    """Yield names and addresses of machines: by their form, and those that the alerts speak of."""
    names = (one.group() for one in _NAME.finditer(text))
    found = [name for name in names if _INSIDE.fullmatch(name)]
    found += [one.group() for one in _NUMBERS.finditer(text) if _is_ip(one.group())]
    yield from found
    for value in _labels(incident):
        said = re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", text, re.IGNORECASE)
        if said is not None and not any(value.casefold() in one.casefold() for one in found):
            yield said.group()


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return text.strip(":") != ""


def _labels(incident: Incident) -> Iterator[str]:
    """Yield what the incident's alerts call their machines, with and without a port."""
    values = dict.fromkeys(
        value for _, member in incident.members for name, value in member.alert.labels if name in _PLACES
    )
    for value in values:
        host = value.rpartition(":")[0] if re.fullmatch(r".+:\d{1,5}", value) else value
        told = (value, host, host.partition(".")[0])
        yield from dict.fromkeys(one for one in told if len(one) >= _SHORTEST and not one.isalpha())


def services(text: str, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield our names of services, and what clients call them, where that is not the same."""
    for name, service in policy.services.items():
        public = service.public_name
        if public and public.casefold() != name.casefold():
            said = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)
            if said is not None and name.casefold() not in public.casefold():
                yield said.group(), public


def people(text: str, policy: Policy) -> Iterator[tuple[str, bool]]:
    """Yield names of people of ours, and whether that is the whole name: a part may be another word."""
    for person in policy.people.values():
        parts = [part for part in person.name.split() if len(part) > 2 and part[:1].isupper()]
        if len(parts) > 1 and (said := _word(person.name, text, re.IGNORECASE)):
            yield said, True
        elif said := next(filter(None, (_word(part, text) for part in parts)), ""):
            yield said, len(parts) == 1
        for _, value in person.contacts:
            if len(value) > _SHORTEST and (said := _contact(value, text)):
                yield said, True


def _contact(value: str, text: str) -> str:
    """Return how a contact stands in the text: a number with other blanks and dashes, an address in capitals."""
    digits = re.sub(r"[\s()./-]", "", value)
    number = re.fullmatch(r"\+?\d{6,20}", digits)
    form = r"[\s()./-]{0,2}".join(map(re.escape, digits)) if number else re.escape(value)
    found = re.search(form, text, re.IGNORECASE)
    return found.group() if found else ""


def _word(word: str, text: str, flags: int = 0) -> str:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags)
    return found.group() if found else ""


def unsafe(text: str) -> Iterator[tuple[str, Said]]:
    """Yield addresses that no client should be sent to, and words that call everybody."""
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(".,;:!?")
        if address.split("://", 1)[0].lower() not in _WEB or not safe_url(address):
            yield address, ("is not an address that is what it looks like", "give a plain https address")
    for found in _LINK.finditer(text):
        shown = _ADDRESS.search(found.group(1))
        if shown is not None and shown.group() != found.group(2):
            yield found.group(), ("shows another address than it leads to", "write the address alone")
    for found in _CALL.finditer(text):
        yield found.group(), ("calls everybody in a room", "take it out")


def odd(text: str) -> Iterator[tuple[str, Said]]:
    """Yield marks that some outlets show as they stand."""
    for found in _LINK.finditer(text):
        yield found.group(), ("is shown as it stands", "write the address alone")
    for found in _MARKUP.finditer(_LINK.sub("", text)):
        yield found.group().strip(), ("is shown as it stands, or not at all", "write plain text")
    for found in _ADDRESS.finditer(text):
        if found.group().lower().startswith("http:"):
            yield found.group(), ("is not encrypted", "is there an https address?")
