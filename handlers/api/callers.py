"""Who calls: a token shows it."""

from dataclasses import dataclass

from aiohttp import web

from bot.domain.audit import Action
from bot.domain.decision import Surface
from bot.domain.tokens import ApiToken, ApiTokens
from bot.ports import Now
from bot.usecases.count_refusals import CountRefusals
from handlers.api.problems import ProblemError
from handlers.web import bearer, peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Knows callers by their bearer token; who shows none, or a wrong one, is counted."""

    tokens: ApiTokens
    count_refusals: CountRefusals
    now: Now

    def known(self, request: web.Request) -> ApiToken:
        """Raises: ProblemError: 401."""
        secret = bearer(request)
        token = self.tokens.find(secret) if secret else None
        if token is None:
            self.count_refusals.note(
                surface=Surface.API, action=Action.REQUEST_REFUSED, source=peer(request), now=self.now()
            )
            raise ProblemError(
                401, "A valid token is needed: Authorization: Bearer TOKEN.", headers={"WWW-Authenticate": "Bearer"}
            )
        return token
