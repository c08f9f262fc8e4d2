"""Puts the parts of this folder together."""

from collections.abc import Callable, Iterable

from aiohttp import web

from bot.domain.tokens import ApiTokens
from bot.ports import Now, Storage
from bot.usecases.answer_hook import AnswerHook
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.decide import Decide
from bot.usecases.keep_hearing import KeepHearing
from handlers.flagger.hooks import PREFIX, Hooks, HookTokens
from handlers.flagger.loadtester import Loadtester
from handlers.flagger.memory import Memory
from handlers.metrics import Metrics


def assemble(
    *,
    storage: Storage,
    answer_hook: AnswerHook,
    decide: Decide,
    hook_tokens: Iterable[tuple[str, str]],
    api_tokens: ApiTokens,
    changes: Changes,
    hearing: KeepHearing,
    refusals: CountRefusals,
    metrics: Metrics,
    now: Now,
    monotonic: Callable[[], float],
) -> list[web.RouteDef]:
    """Return the routes of every hook.

    Args:
        hook_tokens: pairs of token and cluster.
    """
    loadtester = Loadtester(
        tokens=api_tokens,
        reader=storage.reader,
        open_records=storage.open_records,
        decide=decide,
    )
    hooks = Hooks(
        tokens=HookTokens(hook_tokens),
        answer_hook=answer_hook,
        memory=Memory(changes=changes, monotonic=monotonic),
        hearing=hearing,
        refusals=refusals,
        metrics=metrics,
        now=now,
        monotonic=monotonic,
        paths=loadtester.paths(),
    )
    return [web.route("*", PREFIX + "{rest:.*}", hooks.serve)]
