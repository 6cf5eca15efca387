"""Our credentials at AWS and the signature on each request: botocore's work, done in threads.

botocore brings the chain that the AWS command line has (environment, profiles, SSO, roles, the machine's
own role) and the signer; nothing else of it is used. It is loaded when the first request is signed.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.domain.text import one_line
from console.errors import SourceError
from console.sources.cloudwatch.options import Account
from console.sources.cloudwatch.refusals import denied

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from botocore.session import Session

_SESSION = "oncall-console"  # what the role's trail says of us
_MOST_PROFILES = 10  # a profile that takes its keys from another, and so on


class Keys:
    """The credentials of one account. All methods block: they read files and may ask AWS."""

    def __init__(self, account: Account, region: str, sts_endpoint: str | None) -> None:
        self._account = account
        self._region = region
        self._sts_endpoint = sts_endpoint
        self._lock = threading.Lock()
        self._credentials: Credentials | None = None

    def signed(self, service: str, region: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:  # fmt: skip
        """Return the headers of a POST with its signature among them. Raises ``SourceError``."""
        try:
            from botocore.auth import SigV4Auth  # noqa: PLC0415 - an extra, and slow to load
            from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - same
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - same
        except ImportError:
            raise SourceError(
                "CloudWatch needs the package botocore",
                hint="pip install 'oncall-console[aws]'",
                permanent=True,
            ) from None
        try:
            with self._lock:
                if self._credentials is None:
                    self._credentials = self._find()
                frozen = self._credentials.get_frozen_credentials()
        except (BotoCoreError, ClientError, OSError, ValueError, KeyError) as error:
            self.renew()
            raise self._failure(error) from None
        request = AWSRequest("POST", url, headers=dict(headers), data=body)
        SigV4Auth(frozen, service, region).add_auth(request)
        return dict(request.headers.items())

    def renew(self) -> None:
        """Forget what was found: somebody may have logged in again."""
        self._credentials = None

    def _find(self) -> Credentials:
        from botocore.config import Config  # noqa: PLC0415 - an extra, and slow to load
        from botocore.credentials import (  # noqa: PLC0415 - same
            AssumeRoleCredentialFetcher,
            DeferredRefreshableCredentials,
        )
        from botocore.exceptions import NoCredentialsError  # noqa: PLC0415 - same
        from botocore.session import Session  # noqa: PLC0415 - same

        session = Session(profile=self._account.profile)
        self._no_questions(session)
        own = session.get_credentials()
        if own is None:
            raise NoCredentialsError
        if self._account.role_arn is None:
            return own
        patience = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
        creator = functools.partial(
            session.create_client,
            region_name=self._region,
            endpoint_url=self._sts_endpoint,
            config=patience,
        )
        extra = {"RoleSessionName": _SESSION}
        if self._account.external_id is not None:
            extra["ExternalId"] = self._account.external_id
        fetcher = AssumeRoleCredentialFetcher(creator, own, self._account.role_arn, extra_args=extra)
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")

    def _no_questions(self, session: Session) -> None:
        """Refuse a profile for which botocore would ask for a code on the terminal: there is a screen on it."""
        profiles = session.full_config.get("profiles", {})
        name = session.profile or "default"
        for _ in range(_MOST_PROFILES):
            profile = profiles.get(name, {})
            if profile.get("mfa_serial"):
                raise SourceError(
                    f'the AWS profile "{one_line(name, 60)}" asks for an MFA code, which cannot be given here',
                    hint="use a profile of SSO, or a role that trusts without MFA",
                    parked=True,
                )
            name = profile.get("source_profile", "")
            if not name:
                return

    def _failure(self, error: Exception) -> SourceError:
        """Say what a failure of the chain means; nothing of botocore's own text, which may quote files."""
        from botocore import exceptions as known  # noqa: PLC0415 - an extra, and slow to load

        who = f"account {self._account.name}" if self._account.name else "AWS"
        if isinstance(error, known.ClientError):
            told: Any = error.response.get("Error", {})
            return denied(str(told.get("Code", "")), f"{who}: STS", self.profile_words)
        if isinstance(error, known.ProfileNotFound):
            return SourceError(
                f'{who}: there is no AWS profile "{self._account.profile or os.environ.get("AWS_PROFILE", "")}"',
                hint="aws configure list-profiles shows those there are",
                permanent=True,
            )
        if isinstance(error, known.NoCredentialsError | known.PartialCredentialsError):
            return SourceError(
                f"{who}: no AWS credentials are found",
                hint="name a profile in accounts, set AWS_PROFILE, or give this machine a role",
                parked=True,
            )
        if isinstance(error, known.SSOError | known.TokenRetrievalError):
            return SourceError(
                f"{who}: the AWS login has ended", hint=f"aws sso login{self.profile_words}", parked=True
            )
        said = f"{who}: AWS credentials cannot be had ({type(error).__name__})"
        return SourceError(said, hint=f"to see why: aws sts get-caller-identity{self.profile_words}")

    @property
    def profile_words(self) -> str:
        """The profile as the AWS command line takes it, with a blank before it; empty where none is named."""
        profile = self._account.profile or os.environ.get("AWS_PROFILE", "")
        return f" --profile {one_line(profile, 60)}" if profile else ""
