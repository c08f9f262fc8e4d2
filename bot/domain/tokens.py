"""API tokens: programs and people who show a secret."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.decision import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """Whom a secret stands for.

    Args:
        principal: the address it acts as; `token:NAME` where it has none.
        person: it has an address, so that it may sign in to the console.
    """

    name: str
    principal: Principal
    may_decide: bool = False
    person: bool = False


class ApiTokens:
    """Find whom a secret stands for.  Secrets are kept and compared as digests: a look-up tells nothing by its time."""

    def __init__(self, tokens: Iterable[tuple[str, ApiToken]]) -> None:
        self._by_digest: Mapping[bytes, ApiToken] = {_digest(secret): token for secret, token in tokens}

    def find(self, secret: str) -> ApiToken | None:
        return self._by_digest.get(_digest(secret))

    def named(self, name: str) -> ApiToken | None:
        return next((token for token in self._by_digest.values() if token.name == name), None)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
