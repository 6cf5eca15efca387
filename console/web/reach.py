"""Which machines an address from outside may lead to: none of ours, unless the config names them."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from console.errors import SourceError

IPAddress = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")
_CREDENTIALS = {
    ip_address(one)
    for one in (
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",
        "fd20:ce::254",  # Google
    )
}
"""Where clouds give out credentials besides 169.254.169.254: to others these are private or public addresses."""


def checked_address(host: str, port: int, *, internal: bool) -> str:
    """Look a host up once and return the address to connect to. Blocks. Raises ``SourceError``.

    A host that is an address itself is what the config names and counts as it stands. Of a name every
    address has to be allowed: with ``internal`` also those of private networks and of this machine, but
    never those where clouds keep their credentials (169.254.169.254 and all of the link, and a few others).
    """
    literal = _literal(host)
    if literal is not None:
        return str(literal)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(f"{host} cannot be found by name", hint="check the network and the VPN") from None
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    refused = next((one for one in addresses if not _allowed(one, internal=internal)), None)
    if refused is not None or not addresses:
        raise SourceError(
            f"{host} leads to the internal address {refused} (internal = true would allow a private network)",
            permanent=True,
        )
    return str(addresses[0])


def _allowed(address: IPAddress, *, internal: bool) -> bool:
    real = _real(address)
    if real.is_link_local or real.is_multicast or real.is_unspecified or real in _CREDENTIALS:
        return False
    if isinstance(real, IPv6Address) and real.is_site_local:
        return internal
    return (real.is_global and not real.is_reserved) or (
        internal and (real.is_private or real.is_loopback or _is_shared(real))
    )


def _real(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that some IPv6 addresses stand for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _is_shared(address: IPAddress) -> bool:
    """Return whether it is one of a provider's own network (RFC 6598), which is neither private nor global."""
    return address.version == 4 and address in ip_network("100.64.0.0/10")


def _literal(host: str) -> IPAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
