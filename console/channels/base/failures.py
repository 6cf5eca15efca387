"""What failed, as a ``DeliveryError``: the HTTP layer and the secrets speak of sources and of the config."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from console.errors import ConfigError, DeliveryError, SourceError

AGAIN = "it is tried again by itself"

# Hints that name keys a channel has not, or that ask somebody to do what the outbox does.
_NOT_OURS = ("raise interval", "with filter")


def failed(error: SourceError) -> DeliveryError:
    """Return the failure of a request as the failure of a delivery."""
    ours = error.hint and not any(words in error.hint for words in _NOT_OURS)
    return DeliveryError(
        error.message,
        hint=error.hint if ours else AGAIN,
        retry_after=error.retry_after,
        permanent=error.permanent,
    )


@contextmanager
def delivering() -> Iterator[None]:
    """Turn what the HTTP layer or a secret raises into ``DeliveryError``."""
    try:
        yield
    except SourceError as error:
        raise failed(error) from None
    except ConfigError as error:
        # Not permanent: a password manager may be locked for the moment.
        raise DeliveryError(error.message, hint=error.hint or AGAIN) from None
