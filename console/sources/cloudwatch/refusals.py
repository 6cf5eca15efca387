"""What AWS means when it refuses: its error codes in words with a way out."""

from __future__ import annotations

import json
import re
from datetime import datetime

from console.domain.text import one_line
from console.errors import SourceError
from console.web.answers import refusal
from console.web.exchange import Answer

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})
_UNKNOWN = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "NotAuthorized",
        "OptInRequired",
        "UnauthorizedOperation",
    }
)
_THROTTLED = frozenset(
    {
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_NOT_FOUND = frozenset({"ResourceNotFound", "ResourceNotFoundException"})

_XML_CODE = re.compile(rb"<Code>([A-Za-z.]{1,100})</Code>")


def code_of(answer: Answer) -> str:
    """Return the error's code, whichever of AWS's protocols it comes in; empty where there is none."""
    header = answer.headers.get("x-amzn-query-error") or answer.headers.get("x-amzn-errortype") or ""
    code = re.split("[;:]", header)[0]
    if code:
        return one_line(code, 100)
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = _XML_CODE.search(answer.body[:10_000])
        return found[1].decode() if found else ""
    said = value.get("__type") or value.get("code") if isinstance(value, dict) else ""
    return one_line(said.rpartition("#")[2], 100) if isinstance(said, str) else ""


def refused(answer: Answer, place: str, profile: str, right: str, now: datetime) -> SourceError:
    """Return the error for an answer other than 2xx.

    ``place`` says whom we asked, ``profile`` what goes behind ``aws sso login``, ``right`` what is needed.
    """
    code = code_of(answer)
    if code in _THROTTLED:
        return SourceError(f"{place} says we ask too often ({code})", hint="raise interval", status=429)
    if code in _EXPIRED | _UNKNOWN | _DENIED:
        return denied(code, place, profile, right)
    if code in _NOT_FOUND:
        return SourceError(
            f"{place} does not know it ({code})", hint="was it removed?", permanent=True, status=404
        )
    return refusal(answer.status, answer.headers, answer.body, place, now)


def denied(code: str, place: str, profile: str, right: str = "") -> SourceError:
    """Return the error for a code that is about our credentials or rights. Others only name themselves."""
    if code in _EXPIRED:
        said, hint = f"{place} says our login has ended", f"aws sso login{profile}, or renew the keys"
    elif code in _UNKNOWN:
        said = f"{place} does not accept our keys ({code})"
        hint = f"check them and this machine's clock: aws sts get-caller-identity{profile}"
    elif code in _DENIED:
        said = f"{place} denies us {right or 'the role'} ({code})"
        hint = f"allow {right} in our policy" if right else "check the role's trust policy, and external_id"
    elif code in _THROTTLED:
        return SourceError(f"{place} says we ask too often ({code})", hint="raise interval", status=429)
    else:
        return SourceError(f"{place} refuses ({code or 'no reason given'})", hint="check accounts")
    return SourceError(said, hint=hint, parked=True, status=403)
