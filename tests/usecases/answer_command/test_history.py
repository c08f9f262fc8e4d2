"""What happened to a release, as a story and as the record has it."""

from bot.domain.run import Signal
from tests.support.desk import BOB, EVE


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
        "24 Nov 02:02:00 UTC bob rejected the promotion: orders are wrong",
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
