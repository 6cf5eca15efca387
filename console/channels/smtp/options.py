"""The config table of a mail server that we send through."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from console.channels.base.options import ChannelOptions
from console.channels.smtp.letter import mailbox
from console.config.base import Line, Table, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.web.options import FilePath

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _mailbox(value: str) -> str:
    if not mailbox(value):
        raise ValueError('is not an address; write it like "oncall@shop.example"')
    return value


Mailbox = Annotated[Line, AfterValidator(_mailbox)]


class Server(Table):
    """How a mail server is reached, whoever sends through it."""

    host: Word
    """The mail server."""

    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """Its port; left out: 587, or 465 with ``encryption = "tls"``, 25 with ``"none"``."""

    encryption: Literal["starttls", "tls", "none"] = "starttls"
    """"none" is for a server on this machine; for another one it takes ``insecure = true`` as well."""

    ca_file: FilePath | None = None
    """PEM file with the authority that signed the server's certificate; left out: the system's."""

    insecure: bool = False
    """True: do not check the server's certificate, and allow ``encryption = "none"`` over the network."""

    username: Line | None = None
    """Whom to log in as, where the server wants that."""

    password: Secret | None = None
    """Their password, best one made for this application."""

    sender: Mailbox
    """The address it comes from, such as ``oncall@shop.example``."""

    timeout: PositiveDuration = timedelta(seconds=15)
    """How long the server may take for one answer."""

    deadline: PositiveDuration = timedelta(seconds=60)
    """How long one message may take, from connecting to the server's last word."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together; one of them is missing")
        if self.encryption == "none" and self.host not in HERE and not self.insecure:
            raise ValueError(
                'encryption "none" is for localhost; over the network it takes insecure = true as well'
            )
        return self

    @property
    def server_port(self) -> int:
        """The port that is connected to."""
        return self.port or PORTS[self.encryption]

    @property
    def place(self) -> str:
        """The server as errors name it."""
        return f"{self.host}:{self.server_port}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should be reminded of as long as this table stays as it is."""
        if not self.insecure or self.host in HERE:
            return ()
        if self.encryption == "none":
            return ("mail and password go over the network unencrypted (encryption)",)
        return ("the server's certificate is not checked (insecure = true)",)


class Options(Server, ChannelOptions):
    """``[[channels]]`` with ``kind = "smtp"``."""

    KIND: ClassVar[str] = "smtp"

    room: Annotated[tuple[Mailbox, ...], Field(max_length=50)] = ()
    """Addresses that messages for everybody go to."""

    def _reaches(self) -> tuple[str, str]:
        return "email", ", ".join(self.room)
