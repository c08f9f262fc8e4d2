"""Somebody types a line: what is done, what is told, and what comes on record."""

from dataclasses import replace

import pytest

from bot.domain import listing
from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Signal
from bot.domain.workload import Workload
from bot.usecases import find_releases
from tests.support.desk import ANN, BOB, CARL, CART, CHECKOUT, EVE, LEDGER, STAGING, open_desk

AMERICA = replace(CHECKOUT, cluster="prod-us")
ROLLOUT = replace(CHECKOUT, kind="Rollout")


@pytest.fixture
async def desk(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        yield desk


@pytest.fixture
def say(desk):
    """Type a line as ann, in Slack; a test names only what it is about."""

    def type_it(text, by=ANN, **more):
        return desk.answer_command(text, by=by, surface=Surface.SLACK, **more)

    return type_it


@pytest.fixture
def refused(say):
    """Type a line that is refused; return why."""

    async def type_it(text, by=ANN, **more):
        with pytest.raises(Refusal) as caught:
            await say(text, by, **more)
        return caught.value

    return type_it


async def newest(desk, action):
    page = await desk.reader.audit(limit=50)
    return next(record for record in page.items if record["action"] == action)


async def test_the_gate_that_waits_is_approved(desk, say):
    await desk.asks(CART, stage=Stage.START)

    reply = await say("approve shop/cart looks good")

    assert reply.text.startswith("You approved shop/cart#1 at 24 Nov 02:00:00 UTC.\n")
    assert (await desk.release(CART)).gates[0].state is GateState.OPEN
    taken = await newest(desk, "decision.taken")
    assert (taken["actor"], taken["decision"], taken["reason"], taken["surface"]) == (
        ANN,
        "approve",
        "looks good",
        "slack",
    )


async def test_the_platforms_name_of_the_person_comes_on_record(desk, say):
    await desk.asks()

    await say("approve checkout", platform_user="U123")

    assert (await newest(desk, "decision.taken"))["details"]["platform_user"] == "U123"


async def test_a_receipt_says_what_is_missing_and_offers_to_take_it_back(desk, say):
    gate = (await desk.asks()).gates[0]

    reply = await say("approve checkout")

    assert reply.text.endswith("Needs 1 more of @sre or bob.")
    assert [(button.verb, button.subject) for button in reply.buttons] == [(Verdict.TAKE_BACK, gate.id)]


async def test_an_answer_said_twice_names_the_time_of_the_first(desk, say):
    await desk.asks()
    await say("approve checkout")
    desk.clock.pass_(minutes=5)

    reply = await say("approve checkout")

    assert reply.text.startswith("You approved shop/checkout#1 at 24 Nov 02:00:00 UTC.")


async def test_a_shared_answer_carries_no_buttons(desk, say):
    await desk.asks()

    reply = await say("approve checkout --share")

    assert reply.shared
    assert reply.buttons == ()


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("reject checkout bad", Verdict.REJECT),
        ("rollback checkout bad", Verb.ROLL_BACK),
        ("abort checkout bad", Verb.ROLL_BACK),
        ("undo checkout bad", Verb.ROLL_BACK),
    ],
)
async def test_a_no_begins_the_roll_back(desk, say, text, decision):
    await desk.asks()

    reply = await say(text)

    release = await desk.release()
    assert release.state is ReleaseState.ROLLING_BACK
    assert "ann decided to roll back at 24 Nov 02:00:00 UTC: bad." in reply.text
    assert (await newest(desk, "decision.taken"))["decision"] == decision


async def test_an_approval_is_taken_back(desk, say):
    await desk.asks()
    await say("approve checkout")

    reply = await say("take back checkout")

    assert (await desk.release()).gates[0].approvals == ()
    assert reply.text == "You took back your approval of shop/checkout#1.\nNeeds 2 of @sre or bob."


async def test_a_refused_start_is_asked_again(desk, say):
    await desk.asks(stage=Stage.START)
    await say("reject checkout not today")

    reply = await say("reopen checkout", BOB)

    assert (await desk.release()).state is ReleaseState.WAITING
    assert reply.text.startswith("You asked again for the start of shop/checkout#1 at 24 Nov 02:00:00 UTC.")


async def test_a_release_is_paused_and_resumed(desk, say):
    await desk.asks()

    paused = await say("pause checkout")
    held = await say("why checkout")
    resumed = await say("resume checkout")

    assert paused.text.startswith("You paused shop/checkout#1 at 24 Nov 02:00:00 UTC.")
    assert "paused by ann" in held.text
    assert resumed.text.startswith("You resumed shop/checkout#1.")


async def test_a_missing_reason_is_refused_with_a_line_that_would_be_right(desk, refused):
    await desk.asks()

    refusal = await refused("reject checkout")

    assert refusal.kind is RefusalKind.NO_REASON
    assert str(refusal) == "Rejecting needs a reason. For example: reject checkout orders are rounded wrongly"


async def test_who_may_not_is_refused_on_record(desk, refused):
    release = await desk.asks()

    refusal = await refused("approve checkout", EVE)

    assert refusal.kind is RefusalKind.NOT_ALLOWED
    assert (await desk.actions(release))[-1] == "decision.refused"


async def test_a_token_that_only_reads_decides_nothing_and_that_is_on_record(desk, refused):
    release = await desk.asks()

    refusal = await refused("approve checkout", may_decide=False)

    assert refusal.kind is RefusalKind.NOT_ALLOWED
    written = await newest(desk, "decision.refused")
    assert (written["actor"], written["gate"]) == (ANN, release.gates[0].id)


async def test_a_token_that_only_reads_may_ask(desk, say):
    await desk.asks()

    assert (await say("why checkout", may_decide=False)).items


async def test_who_comes_after_the_engine_was_told_hears_when_that_was(desk, say, refused):
    await desk.asks(stage=Stage.START)
    await say("approve checkout")
    await desk.asks_again(stage=Stage.START)

    refusal = await refused("approve checkout", BOB)

    assert refusal.kind is RefusalKind.SETTLED
    assert (refusal.state, refusal.by) == ("open", ANN)


async def test_where_nothing_was_ever_asked_the_refusal_tells_the_state_and_is_on_record(desk, refused):
    release = await desk.started()

    refusal = await refused("approve checkout")

    assert refusal.kind is RefusalKind.SETTLED
    assert refusal.state == "progressing"
    assert str(refusal) == "shop/checkout#1 asks nobody now: it is progressing."
    assert (await desk.actions(release))[-1] == "decision.refused"


async def test_where_nothing_was_ever_asked_a_stranger_hears_that_they_may_not(desk, refused):
    await desk.started()

    assert (await refused("approve checkout", EVE)).kind is RefusalKind.NOT_ALLOWED


async def test_what_ended_unasked_cannot_be_approved_any_more(desk, refused):
    await desk.started()
    await desk.ended()

    refusal = await refused("approve checkout")

    assert (refusal.kind, refusal.state, refusal.at) == (RefusalKind.SETTLED, "promoted", desk.clock.at)


async def test_an_open_yes_is_rejected_until_the_engine_was_told(desk, say):
    await desk.asks(stage=Stage.START)
    await say("approve checkout")

    await say("reject checkout on second thoughts", BOB)

    assert (await desk.release()).state is ReleaseState.REFUSED


async def test_resume_at_a_pause_step_asks_whether_approve_is_meant(desk, say):
    release = await desk.asks(stage=Stage.STEP)

    reply = await say("resume checkout")

    assert "    approve shop/checkout#1" in reply.text.splitlines()
    assert [(button.verb, button.subject) for button in reply.buttons] == [(Verdict.APPROVE, release.gates[0].id)]
    assert "decision.refused" not in await desk.actions(release)


async def test_a_name_that_two_workloads_have_lists_both_and_decides_nothing(desk, say):
    gate = (await desk.asks()).gates[0]
    await desk.started(STAGING)

    reply = await say("approve checkout")

    assert [item.label for item in reply.items] == ["shop/checkout#1", "staging/checkout#1"]
    assert "approve shop/checkout#1 · " in reply.text
    assert [(button.verb, button.subject) for button in reply.buttons] == [(Verdict.APPROVE, gate.id)]
    assert gate.approvals == (await desk.release()).gates[0].approvals


async def test_a_workload_that_waits_is_not_meant_just_because_it_waits(desk, say):
    await desk.started(STAGING)
    await desk.ended(workload=STAGING)
    await desk.asks()

    reply = await say("approve checkout")

    assert len(reply.items) == 2


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        pytest.param("shop/checkout", STAGING, id="by its namespace"),
        pytest.param("prod-eu/shop/checkout", AMERICA, id="by its cluster"),
        pytest.param("canary:shop/checkout", ROLLOUT, id="by its kind"),
        pytest.param("CANARY:checkout", ROLLOUT, id="by its kind in capitals"),
    ],
)
async def test_workloads_of_one_name_are_told_apart(desk, say, typed, other):
    release = await desk.asks()
    await desk.asks(other)

    reply = await say(f"status {typed}")

    assert [item.release for item in reply.items] == [release.id]


async def test_candidates_with_the_same_label_are_listed_by_their_whole_names(desk, say):
    await desk.asks()
    await desk.asks(AMERICA)

    reply = await say("reject checkout bad")

    assert "reject canary:prod-eu/shop/checkout#1 · " in reply.text
    assert [button.text.partition(" · ")[2] for button in reply.buttons] == [
        "canary:prod-eu/shop/checkout#1",
        "canary:prod-us/shop/checkout#1",
    ]


async def test_a_list_of_candidates_offers_what_was_asked(desk, say):
    await desk.asks()
    await say("approve shop/checkout")
    await desk.started(STAGING)

    offered = {verb: [b.verb for b in (await say(f"{verb} checkout")).buttons] for verb in ("takeback", "pause", "why")}

    assert offered == {"takeback": [Verdict.TAKE_BACK], "pause": [Verb.PAUSE, Verb.PAUSE], "why": []}


async def test_a_number_alone_is_enough_where_it_is_the_only_one(desk, say):
    release = await desk.asks()

    assert (await say("status #1")).items[0].release == release.id


async def test_a_number_means_the_release_that_is_open(desk, say):
    await desk.started(CART)
    await desk.ended(workload=CART)
    release = await desk.asks()

    assert [item.release for item in (await say("status #1")).items] == [release.id]


async def test_a_number_that_two_open_releases_have_lists_both(desk, say):
    await desk.asks()
    await desk.asks(CART)

    assert len((await say("approve #1")).items) == 2


async def test_a_number_finds_a_release_that_has_ended(desk, say):
    old = await desk.started()
    await desk.ended()
    await desk.asks(checksum="b2")

    assert [item.release for item in (await say("status shop/checkout #1")).items] == [old.id]
    assert [item.label for item in (await say("status shop/checkout")).items] == ["shop/checkout#2"]


async def test_a_decision_on_a_number_that_is_over_is_not_taken_on_the_newer_one(desk, refused):
    await desk.started()
    await desk.ended()
    new = await desk.asks(checksum="b2")

    refusal = await refused("approve shop/checkout#1")

    assert refusal.state == "promoted"
    assert "decision.taken" not in await desk.actions(new)


@pytest.mark.parametrize("text", ["approve nosuch", "why #99", "status shop/nosuch", "who rollout:checkout"])
async def test_what_is_not_known_is_not_found(desk, say, text):
    await desk.asks()

    reply = await say(text)

    assert not reply.found
    assert reply.text == f"No release of “{text.partition(' ')[2]}” is known here."


async def test_what_is_not_understood_tells_what_would_have_been_right(say):
    reply = await say("aprove checkout")

    assert not reply.understood
    assert "approve <workload|#number> [reason]" in reply.text


@pytest.mark.parametrize(
    ("text", "taught"),
    [
        pytest.param("", "    approve shop/checkout looks good · say yes at the gate that waits", id="nothing"),
        pytest.param("help", "    approve shop/checkout looks good · say yes at the gate that waits", id="all of it"),
        pytest.param("help approve", "approve <workload|#number> [reason]", id="one verb"),
    ],
)
async def test_help_teaches_what_can_be_typed(say, text, taught):
    assert taught in (await say(text)).text


async def test_what_waits_is_listed_with_why_and_until_when(desk, say):
    await desk.asks()
    await desk.started(CART)

    reply = await say("waiting")

    assert reply.text == (
        "shop/checkout#1 · checkout revision a1 · prod-eu · ready for promotion:"
        " waits for 2 of 2 approvals. Due by 24 Nov 04:00:00 UTC."
    )


async def test_every_open_release_has_a_line_in_the_status(desk, say):
    await desk.asks()
    await desk.started(CART)
    await desk.started(LEDGER)
    await desk.ended(workload=LEDGER)

    reply = await say("status")

    assert [item.label for item in reply.items] == ["shop/cart#1", "shop/checkout#1"]
    assert reply.text.splitlines() == [item.line for item in reply.items]


@pytest.mark.parametrize(
    ("text", "told"), [("waiting", "Nothing waits for people."), ("status", "No release is open.")]
)
async def test_a_list_with_nothing_in_it_says_so(say, text, told):
    assert (await say(text)).text == told


@pytest.fixture
def short_pages(monkeypatch):
    """Pages of three lines, so that few releases fill them."""
    monkeypatch.setattr(listing, "LINES", 3)
    monkeypatch.setattr(listing, "STORY_LINES", 3)
    monkeypatch.setattr(find_releases, "MOST", 3)


@pytest.fixture
async def many(desk, short_pages):
    """Releases that run, and every second of them waits; the newest is last."""
    workloads = [replace(CHECKOUT, name=f"app-{number}") for number in range(8)]
    for place, workload in enumerate(workloads):
        await (desk.asks if place % 2 else desk.started)(workload)
    return [f"shop/{workload.name}#1" for workload in workloads]


async def read_on(say, text):
    """Read a list to its end, as its last lines say."""
    pages = [await say(text)]
    while "… more: " in pages[-1].text:
        pages.append(await say(pages[-1].text.rpartition("… more: ")[2]))
    return [[item.label for item in page.items] for page in pages]


@pytest.mark.parametrize(("text", "step"), [("status", 1), ("waiting", 2)])
async def test_a_long_list_is_read_page_by_page(many, say, text, step):
    pages = await read_on(say, text)

    assert [label for page in pages for label in page] == many[::-1][::step]
    assert {len(page) for page in pages[:-1]} == {3}


async def test_a_page_goes_on_where_a_release_has_ended_meanwhile(desk, many, say):
    first = await say("status")
    await desk.ended(workload=replace(CHECKOUT, name=first.items[-1].label.removeprefix("shop/").removesuffix("#1")))

    second = await say(first.text.rpartition("… more: ")[2])

    assert [item.label for item in second.items] == many[::-1][3:6]


async def test_a_page_behind_nothing_known_is_not_found(say):
    assert not (await say("status --after shop/nosuch#1")).found


async def test_a_workload_is_found_among_many_releases_of_others_with_its_name(desk, short_pages, say):
    old = await desk.started(STAGING)
    await desk.ended(workload=STAGING)
    for number in range(4):
        await desk.started(checksum=f"c{number}")
        await desk.ended()

    reply = await say("status checkout")

    assert [item.label for item in reply.items] == ["shop/checkout#4", old.label]


async def test_the_status_of_a_release_is_what_its_card_says(desk, say):
    release = await desk.asks()
    card = await desk.look.card(release.id)

    reply = await say("status checkout")

    assert reply.text.splitlines()[0] == f"shop/checkout#1 · {card.title}"
    assert "Needs 2 of @sre or bob." in reply.text
    assert reply.buttons == card.buttons


async def test_why_is_one_line(desk, say):
    await desk.asks()
    await say("approve checkout")

    assert (await say("why checkout")).text == (
        "shop/checkout#1 is ready for promotion: waits for 1 of 2 approvals."
        " Needs 1 more of @sre or bob. Due by 24 Nov 04:00:00 UTC."
    )


async def test_why_of_what_does_not_wait_tells_what_happens_instead(desk, say):
    await desk.asks()
    await say("reject checkout too\nslow")

    text = (await say("why checkout")).text

    assert text.startswith("shop/checkout#1: ann decided to roll back at 24 Nov 02:00:00 UTC: too slow. ")
    assert "\n" not in text


async def test_why_tells_of_a_gate_that_the_manifest_keeps_shut(desk, say):
    await desk.halted()

    assert "the manifest keeps this gate shut" in (await say("why checkout")).text


async def test_who_names_the_rule_and_the_people_of_now(desk, say):
    await desk.asks()
    await say("approve checkout", CARL)

    assert (await say("who checkout")).text.splitlines()[1:] == [
        "Promotion: 2 of @sre or bob (rule shop-prod). Now that is ann@example.com, bob@example.com, carl@example.com.",
        "carl approved 24 Nov 02:00:00 UTC.",
        "Needs 1 more of @sre or bob.",
        "May stop it: ann@example.com, bob@example.com, carl@example.com.",
    ]


async def test_who_of_what_asks_nobody_names_every_rule_once(desk, say):
    await desk.started()

    lines = (await say("who checkout")).text.splitlines()

    assert [line.partition(":")[0] for line in lines[1:]] == [
        "Start, traffic, step, analysis",
        "Promotion",
        "May stop it",
    ]


async def test_who_says_where_nobody_may(desk, say):
    await desk.asks(Workload("prod-eu", "Canary", "lab", "toy"))

    assert "No policy lets anybody approve it." in (await say("who toy")).text


async def test_history_tells_who_decided_what_when_and_why(desk, say, refused):
    await desk.asks()
    desk.clock.pass_(minutes=1)
    await say("approve checkout looks good")
    desk.clock.pass_(minutes=1)
    no = await refused("approve checkout", EVE)
    await say("reject checkout orders\n are wrong \u202e", BOB)
    await desk.asks_back()
    await desk.ended(Signal.FAILED)

    reply = await say("history checkout")

    assert reply.text.splitlines()[1:] == [
        "24 Nov 02:00:00 UTC it began",
        "24 Nov 02:00:00 UTC the promotion gate asked",
        "24 Nov 02:01:00 UTC ann approved the promotion: looks good",
        f"24 Nov 02:02:00 UTC eve could not approve the promotion: {no}",
        "24 Nov 02:02:00 UTC bob rejected the promotion: orders  are wrong",
        "24 Nov 02:02:00 UTC the engine was told to roll back: decided by bob",
        "24 Nov 02:02:00 UTC it was rolled back",
    ]


async def test_a_long_history_is_read_back_page_by_page(desk, short_pages, say, refused):
    release = await desk.asks()
    for _ in range(3):
        await refused("approve checkout", EVE)

    newest = (await say("history checkout")).text.splitlines()[1:]
    earlier = (await say(newest[0].partition(": ")[2])).text.splitlines()[1:]

    told = [line.partition(" UTC ")[2].partition(":")[0] for line in (*earlier, *newest[1:])]
    assert told == ["it began", "the promotion gate asked", *["eve could not approve the promotion"] * 3]
    assert newest[0] == f"… earlier: history canary:prod-eu/{release.label} --before 3"


async def test_the_engines_own_words_stand_on_the_page_of_their_time(desk, short_pages, say, refused):
    await desk.asks()
    desk.clock.pass_(minutes=1)
    await desk.says("Halt advancement checkout.shop waiting for approval")
    desk.clock.pass_(minutes=1)
    for _ in range(3):
        await refused("approve checkout", EVE)

    newest = (await say("history checkout")).text.splitlines()[1:]
    earlier = (await say(newest[0].partition(": ")[2])).text.splitlines()[1:]

    assert not any("Halt advancement" in line for line in newest)
    assert earlier[-1] == "24 Nov 02:01:00 UTC Halt advancement checkout.shop waiting for approval"


async def test_audit_tells_the_lines_of_the_record_newest_first(desk, say, refused):
    await desk.asks()
    no = await refused("approve checkout", EVE)

    lines = (await say("audit checkout")).text.splitlines()

    assert lines[1:] == [
        f"3 · 24 Nov 02:00:00 UTC · decision.refused approve at promotion by eve@example.com (slack): {no}",
        "2 · 24 Nov 02:00:00 UTC · gate.reached at promotion by engine:flagger (hook)",
        "1 · 24 Nov 02:00:00 UTC · release.started by engine:flagger (hook)",
    ]


async def test_a_long_record_is_read_page_by_page(desk, short_pages, say, refused):
    await desk.asks()
    for _ in range(3):
        await refused("approve checkout", EVE)

    first = (await say("audit checkout")).text.splitlines()[1:]
    rest = (await say(first[-1].partition(": ")[2])).text.splitlines()[1:]

    places = [int(line.partition(" ")[0]) for line in (*first[:-1], *rest)]
    assert places == list(range(5, 0, -1))


@pytest.mark.parametrize(
    ("text", "verb", "why"),
    [
        ("retry checkout", Verb.RETRY, "retry"),
        ("skip checkout", Verb.SKIP, "skip"),
        ("full checkout", Verb.PROMOTE_FULL, "promote full"),
        ("promote-full checkout", Verb.PROMOTE_FULL, "promote full"),
    ],
)
async def test_what_the_engine_cannot_do_is_refused_with_the_reason(desk, refused, text, verb, why):
    await desk.asks()

    refusal = await refused(text)

    assert refusal.kind is RefusalKind.SETTLED
    assert str(refusal) == f"Flagger's hooks offer no way to {why}."
    assert (await newest(desk, "decision.refused"))["decision"] == verb


async def test_names_carry_their_cluster_where_there_are_several(sqlite_url):
    async with open_desk(sqlite_url, several_clusters=True) as desk:
        await desk.asks()

        reply = await desk.answer_command("approve checkout", by=ANN, surface=Surface.CONSOLE)

    assert reply.text.startswith("You approved prod-eu/shop/checkout#1 at ")
    assert reply.items[0].label == "prod-eu/shop/checkout#1"
