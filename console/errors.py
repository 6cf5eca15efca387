"""Every error the product raises on purpose; each says what is wrong and what to do next.

Anything else that surfaces is a bug and is handled at the outermost boundary only.
"""

from __future__ import annotations


class OncallError(Exception):
    """Base of all errors with a message meant for the user.

    ``hint`` is one sentence saying what to do; it may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class UsageError(OncallError):
    """A command line that cannot be carried out as written (exit 2)."""

    exit_code = 2


class ConfigError(OncallError):
    """A config file, theme or secret reference that cannot be used (exit 2)."""

    exit_code = 2


class OutputError(OncallError):
    """What a command says cannot be written: a full disk, a file system that failed."""


class StoreError(OncallError):
    """The store cannot be read or written: unreachable, read-only, full, newer schema (exit 3)."""

    exit_code = 3


class NothingSavedError(StoreError):
    """The store failed before a write was asked for: definitely nothing was saved."""


class Conflict(OncallError):  # noqa: N818 - it is an answer, not a failure: somebody else was first
    """Another writer appended to the incident first; load it again and decide again."""


class FenceLost(OncallError):  # noqa: N818 - it is an answer: another engine holds the lease now
    """The lease this engine wrote under has been taken over; it must stop writing."""


class SourceError(OncallError):
    """A source's fetch or action failed (exit 3).

    ``retry_after`` is the number of seconds the source asked us to wait, or None.
    ``permanent`` is True where trying again cannot help before somebody changes something
    (wrong password, no such path); ``parked`` where it is our credentials or rights: asking again
    and again with them gets an account locked, so it is done rarely. ``status`` is the HTTP status
    of the answer, where there was one.
    """

    exit_code = 3

    def __init__(  # noqa: PLR0913 - each says something else about the failure
        self,
        message: str,
        *,
        hint: str = "",
        retry_after: float | None = None,
        permanent: bool = False,
        parked: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.permanent = permanent or parked
        self.parked = parked
        self.status = status

    @property
    def final(self) -> bool:
        """True where an action need not be tried again: not allowed, not possible.

        One that failed because nobody accepts our credentials any more goes through once they are others.
        """
        return self.permanent and not (self.parked and self.status != 403)


class CalendarError(SourceError):
    """What should be a calendar cannot be read as one; what was read before still counts (exit 3)."""


class DeliveryError(OncallError):
    """A channel did not take a message (exit 3).

    ``retry_after`` is the number of seconds the product asked us to wait, or None. ``permanent``: trying again
    cannot help before somebody changes something (no such room, a revoked token, a wrong address).
    """

    exit_code = 3

    def __init__(
        self, message: str, *, hint: str = "", retry_after: float | None = None, permanent: bool = False
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.permanent = permanent
