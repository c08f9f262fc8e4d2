"""Every verb on every surface: the same words are understood, done, answered and put on record."""

import pytest

from bot.domain.commands.grammar import FORMS
from bot.domain.decision import Surface, Verb, Verdict
from handlers.google_chat import Dialect
from tests.support.everywhere import running_everywhere
from tests.support.google_chat import running_google_chat
from tests.support.google_chat_events import running_google
from tests.support.slack import running_slack
from tests.support.typists import typist_on

SURFACES = (Surface.SLACK, Surface.GOOGLE_CHAT, Surface.CONSOLE, Surface.CLI)

FORBIDDEN = 403
START, PROMOTION = "flagger/confirm-rollout", "flagger/confirm-promotion"


@pytest.fixture(params=SURFACES)
async def typist(request, sqlite_url):
    async with (
        running_slack() as slack,
        running_google_chat() as chat,
        running_google() as google,
        running_everywhere(sqlite_url, chat, slack, google, Dialect.ADD_ON) as world,
    ):
        yield typist_on(request.param, world)


async def waits(typist, body):
    assert await typist.bot.ask(PROMOTION, body()) == FORBIDDEN


async def refused(typist, body):
    await typist.bot.ask(START, body(phase="Waiting"))
    await typist.types("reject checkout not today")


async def approved(typist, body):
    await waits(typist, body)
    await typist.bot.approve()


async def paused(typist, body):
    await waits(typist, body)
    await typist.types("pause checkout")


ASKED = [
    pytest.param("status", "checkout revision 78bbfb4c47 · prod-eu · ready for promotion: waits for 1"),
    pytest.param("status shop/checkout", "Needs 1 of ann or bob."),
    pytest.param("waiting", "ready for promotion: waits for 1 of 1 approvals."),
    pytest.param("why #1", "waits for 1 of 1 approvals. Needs 1 of ann or bob."),
    pytest.param("who checkout", "Now that is ann@example.com, bob@example.com."),
    pytest.param("history checkout", "the promotion gate asked"),
    pytest.param("audit checkout", "2 · 2 Mar 09:00:00 UTC · gate.reached at promotion by engine:flagger (hook)"),
    pytest.param("summary", "Summary"),
    pytest.param("summary 12h", "Summary"),
    pytest.param("insights", "Figures · Mon 23 Feb 09:00 to Mon 2 Mar 09:00 UTC"),
    pytest.param("insights 30d", "Figures · Sat 31 Jan 09:00 to Mon 2 Mar 09:00 UTC"),
    pytest.param("help", "approve shop/checkout looks good · say yes at the gate that waits"),
    pytest.param("help approve", "Understood as well: promote, continue."),
]


@pytest.mark.parametrize(("text", "told"), ASKED)
async def test_a_question_is_answered(typist, body, text, told):
    await waits(typist, body)

    assert told in await typist.types(text)


DECIDED = [
    pytest.param(waits, "approve shop/checkout looks good", Verdict.APPROVE, "You approved", id="approve"),
    pytest.param(waits, "promote checkout", Verdict.APPROVE, "You approved", id="an engine's word"),
    pytest.param(waits, "reject shop/checkout too slow", Verdict.REJECT, "You rejected", id="reject"),
    pytest.param(waits, "rollback #1 too slow", Verb.ROLL_BACK, "You decided to roll back", id="rollback"),
    pytest.param(waits, "Roll Back checkout too slow", Verb.ROLL_BACK, "You decided to roll back", id="two words"),
    pytest.param(approved, "takeback checkout", Verdict.TAKE_BACK, "You took back your approval of", id="takeback"),
    pytest.param(refused, "reopen checkout", Verdict.REOPEN, "You asked again for the start of", id="reopen"),
    pytest.param(waits, "pause checkout", Verb.PAUSE, "You paused", id="pause"),
    pytest.param(paused, "resume checkout", Verb.RESUME, "You resumed", id="resume"),
]


@pytest.mark.parametrize(("before", "text", "decision", "told"), DECIDED)
async def test_a_decision_is_taken_and_on_record_with_its_surface(typist, body, *, before, text, decision, told):
    await before(typist, body)

    answer = await typist.types(text)

    assert f"{told} shop/checkout#1" in answer
    taken = [line for line in await typist.bot.record() if line["action"] == "decision.taken"][-1]
    assert (taken["actor"], taken["decision"], taken["surface"]) == ("ann@example.com", decision, typist.surface)


REFUSED = [
    pytest.param(waits, "retry checkout", Verb.RETRY, "Flagger's hooks offer no way to retry.", id="retry"),
    pytest.param(waits, "skip checkout", Verb.SKIP, "Flagger's hooks offer no way to skip.", id="skip"),
    pytest.param(waits, "full checkout", Verb.PROMOTE_FULL, "Flagger's hooks offer no way to promote full.", id="full"),
    pytest.param(waits, "resume checkout", Verb.RESUME, "shop/checkout#1 is not paused.", id="resume"),
    pytest.param(waits, "takeback checkout", Verdict.TAKE_BACK, "no approval of yours", id="takeback"),
    pytest.param(refused, "approve checkout", Verdict.APPROVE, "This gate is refused by ann.", id="too late"),
]


@pytest.mark.parametrize(("before", "text", "decision", "why"), REFUSED)
async def test_what_cannot_be_done_is_refused_with_the_reason_on_record(typist, body, *, before, text, decision, why):
    await before(typist, body)

    answer = await typist.types(text)

    assert why in answer
    line = (await typist.bot.record())[-1]
    assert (line["action"], line["decision"], line["surface"]) == ("decision.refused", decision, typist.surface)


MISTAKEN = [
    pytest.param("aprove shop/checkout", "approve", id="a slip"),
    pytest.param("checkout approve", "approve", id="the wrong way round"),
    pytest.param("approve", "approve shop/checkout looks good", id="of what"),
    pytest.param("why checkout now", "why checkout", id="too much"),
    pytest.param("approve a/b/c/d", "approve shop/checkout looks good", id="too many parts"),
    pytest.param("promote checkout --full", "full checkout hotfix", id="an engine's own flag"),
    pytest.param("approve nosuch", "No release of “nosuch” is known here.", id="not known"),
    pytest.param("approve #99", "No release of “#99” is known here.", id="no such number"),
    pytest.param("status größe/配達", "No release of “größe/配達” is known here.", id="other scripts"),
    pytest.param("summary yesterday", "A period is a number of hours, days or weeks", id="no period"),
    pytest.param("insights 0d", "A period is a number of hours, days or weeks", id="no time at all"),
    pytest.param("insights 9999w", "A period is 366d at the most.", id="longer than a year"),
    pytest.param("summary 1d 2d", "summary 1d", id="two periods"),
    pytest.param("waiting --after nothing", "waiting", id="behind nothing"),
]


@pytest.mark.parametrize(("text", "right"), MISTAKEN)
async def test_a_mistake_shows_what_would_have_been_right_and_does_nothing(typist, body, text, right):
    await waits(typist, body)
    before = await typist.bot.record()

    answer = await typist.types(text)

    assert right in answer
    assert await typist.bot.record() == before


NAMES = [
    pytest.param("api.v1.checkout", "api.v1.checkout", id="dots"),
    pytest.param("x" * 253, "x" * 253, id="the longest"),
    pytest.param("checkout", "“checkout”", id="quotes of a phone"),
    pytest.param("checkout", "'checkout'", id="quotes"),
]


@pytest.mark.parametrize(("name", "typed"), NAMES)
async def test_a_workload_is_named_as_it_is(typist, body, name, typed):
    await typist.bot.ask(PROMOTION, body(name=name))

    answer = await typist.types(f"approve {typed}")

    assert f"You approved shop/{name}#1" in answer


async def test_an_ambiguous_name_decides_nothing_and_lists_the_candidates(typist, body):
    await waits(typist, body)
    assert await typist.bot.ask(PROMOTION, body(namespace="staging")) == FORBIDDEN

    answer = await typist.types("approve checkout")

    assert "“checkout” may mean several. Which one?" in answer
    assert "approve shop/checkout#1" in answer
    assert "approve staging/checkout#1" in answer
    assert "decision.taken" not in await typist.bot.actions()


async def test_a_verb_is_on_record_for_the_person_who_typed_it(typist, body):
    await waits(typist, body)

    await typist.types("approve checkout", by="bob")

    assert (await typist.bot.record())[-2]["actor"] == "bob@example.com"


def test_no_verb_is_forgotten_here():
    asked = [str(case.values[0]) for case in ASKED]
    decided = [str(case.values[1]) for case in (*DECIDED, *REFUSED)]

    assert {form.verb for form in FORMS} <= {line.partition(" ")[0].casefold() for line in (*asked, *decided)}
