"""Who did something: a person, a bot, our engine or a source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of actor it was; only a human's ack counts for the ack clock (peer bug B36)."""

    HUMAN = "human"
    BOT = "bot"
    ENGINE = "engine"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor: the person's id, the bot's or source's name, or ``engine``."""

    name: str
    kind: ActorKind = ActorKind.HUMAN


ENGINE = Actor("engine", ActorKind.ENGINE)
