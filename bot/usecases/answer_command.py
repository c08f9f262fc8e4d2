"""Somebody typed a line: find what it means, do it or look it up, answer in words."""

from dataclasses import dataclass

from bot.domain.cards.seen import Seen
from bot.domain.commands import listing, reply
from bot.domain.commands.command import Command, Mistake, parse
from bot.domain.commands.grammar import Question
from bot.domain.commands.meaning import gate_meant
from bot.domain.commands.reply import Reply, ReplyItem
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.decisions.attempting import Attempt
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.policy import Stage
from bot.usecases.answer_question import AnswerQuestion
from bot.usecases.decide import Decide
from bot.usecases.find_releases import FindReleases
from bot.usecases.look import Look

__all__ = ["AnswerCommand", "Reply", "ReplyItem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typist:
    """Who typed a line, and where."""

    by: Principal
    surface: Surface
    may_decide: bool
    platform_user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCommand:
    """Understands one typed line, finds the release it is about, and answers it or takes the decision.

    Raises:
        Refusal: a decision was not taken; it is on record.
        RecordsUnavailableError: the record is away.
    """

    find: FindReleases
    look: Look
    answer_question: AnswerQuestion
    decide: Decide

    async def __call__(
        self,
        text: str,
        *,
        by: Principal,
        surface: Surface,
        may_decide: bool,
        platform_user: str | None = None,
    ) -> Reply:
        command = parse(text)
        if isinstance(command, Mistake):
            return reply.misunderstood(command)
        typist = Typist(by=by, surface=surface, may_decide=may_decide, platform_user=platform_user)
        return reply.as_shared(await self._answer(command, typist), shared=command.shared)

    async def _answer(self, command: Command, typist: Typist) -> Reply:
        if command.target is None:
            return await self.answer_question(command)
        found = await self.find(command.target)
        if not found:
            return reply.not_found(command.target)
        seen = await self.look.at_all(found[: listing.LINES + 1])
        if len(seen) > 1:
            return listing.candidates(command, seen, by=typist.by)
        match command.form.does:
            case Verdict() | Verb() as does:
                return await self._decide(command, does, seen[0], typist)
            case Question() as asked:
                return await self.answer_question.about(command, asked, seen[0])

    async def _decide(self, command: Command, does: Verdict | Verb, seen: Seen, typist: Typist) -> Reply:
        if does is Verb.RESUME and seen.release.paused is None and seen.asks and seen.asks.stage is Stage.STEP:
            return reply.pause_step(seen, by=typist.by)
        try:
            return await self._take(command, does, seen, typist)
        except Refusal as refusal:
            if refusal.kind is not RefusalKind.NO_REASON:
                raise
            right = command.form.right_for(str(command.target))
            raise Refusal(f"{refusal} For example: {right}", kind=refusal.kind) from refusal

    async def _take(self, command: Command, does: Verdict | Verb, seen: Seen, typist: Typist) -> Reply:
        gate = gate_meant(seen.release, does, typist.by) if isinstance(does, Verdict) else None
        decided = await self.decide(
            Attempt(
                verb=does,
                release=seen.release.id,
                gate=gate.id if gate else None,
                by=typist.by,
                surface=typist.surface,
                reason=command.reason,
                platform_user=typist.platform_user,
                may_decide=typist.may_decide,
            )
        )
        return reply.receipt(await self.look.at(decided.release), decided.gate, does, by=typist.by)
