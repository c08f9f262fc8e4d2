"""From the record to Google Chat, by the outbox: each card once, each line once, whatever goes wrong between."""

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.delivery import Carrier
from bot.domain.cards.drawing import draw
from bot.domain.decision import Surface, Verdict
from bot.domain.effects import Destination
from bot.domain.policy import Match
from bot.domain.routes import Route, Routes
from storage.outbox import SqlOutbox
from storage.tables import effect
from tests.support.deciding import decide_on_gate
from tests.support.desk import ANN, BOB, Desk, open_desk
from tests.support.google_chat import SPACE, GoogleChat
from tests.support.seconds import Seconds

SPACES = Destination("google_chat", SPACE)


async def never():
    await asyncio.Event().wait()


@dataclass
class Post:
    """A record, the chat, and who carries between them."""

    desk: Desk
    chat: Any
    google_chat: GoogleChat
    seconds: Seconds
    told: list[str] = field(default_factory=list)

    def carrier(self, worker="one") -> Carrier:
        async def card(release):
            return draw(await self.desk.people.look(release))

        async def nothing(owed):
            raise AssertionError(f"nobody owes {owed}")

        return Carrier(
            outbox=SqlOutbox(self.desk.database),
            platforms={"google_chat": self.chat},
            draw=card,
            summarise=nothing,
            operate=nothing,
            worker=worker,
            jitter=lambda seconds: seconds,
            changed=never,
            told=lambda _platform, how: self.told.append(how),
        )

    def pass_(self, seconds):
        self.desk.clock.pass_(seconds=seconds)
        self.seconds.pass_(seconds)

    async def carry(self):
        """Carry until nothing is left, letting time pass between."""
        carrier = self.carrier()
        for _ in range(30):
            while await carrier.once():
                await carrier.idle()
            if await self.left() == 0:
                return
            self.pass_(5)
        raise AssertionError("it never ends")

    async def left(self) -> int:
        """Effects that still wait, whenever they are due."""
        async with self.desk.database.reading() as connection:
            waiting = select(func.count()).select_from(effect).where(effect.c.state == "open")
            return (await connection.execute(waiting)).scalar_one()

    async def approve(self, person):
        gate = (await self.desk.release()).gates[-1]
        await decide_on_gate(
            self.desk.people.decide, gate.id, verdict=Verdict.APPROVE, by=person, surface=Surface.CONSOLE
        )

    @property
    def first(self) -> dict[str, Any]:
        return self.google_chat.cards()[0]


@pytest.fixture
async def post(sqlite_url, chat, google_chat, seconds):
    routes = Routes((Route(match=Match(), to=(SPACES,)),))
    async with open_desk(sqlite_url, routes=routes) as desk:
        yield Post(desk, chat, google_chat, seconds)


async def test_a_decision_elsewhere_redraws_the_card_and_stands_in_its_thread(post):
    await post.desk.asks()
    await post.carry()
    await post.approve(ANN)
    await post.carry()

    (card,) = post.google_chat.cards()
    assert "Has 1 of 2" in card["text"]
    notes = [note for note in post.google_chat.notes() if note["thread"] == card["thread"]]
    assert any("ann approved" in note["text"] for note in notes)


@pytest.mark.parametrize(
    ("fault", "remembers"),
    [
        pytest.param("drop", True, id="lost answers, found again by the request"),
        pytest.param("drop", False, id="lost answers, found again by the name"),
        pytest.param(429, True, id="too many"),
        pytest.param(503, True, id="away"),
    ],
)
async def test_whatever_goes_wrong_a_card_is_posted_once_and_each_line_once(post, fault, remembers):
    post.google_chat.remembers = remembers
    post.google_chat.faults["create"] = [fault, fault]
    post.google_chat.faults["patch"] = [fault]
    await post.desk.asks()
    await post.carry()
    post.google_chat.faults["create"] = [fault]
    await post.approve(ANN)
    await post.approve(BOB)
    await post.carry()

    (card,) = post.google_chat.cards()
    assert "approved, waiting for Flagger" in str(card["cardsV2"])
    texts = [note["text"] for note in post.google_chat.notes()]
    assert len(set(texts)) == len(texts)
    assert sum("ann approved" in text for text in texts) == 1


async def test_a_replica_that_died_after_posting_leaves_no_second_card(post):
    await post.desk.asks()
    post.google_chat.faults["create"] = ["hang"]
    dying = post.carrier("dying")
    await dying.once()
    await post.google_chat.until(post.google_chat.cards)
    carrying = next(iter(dying._under_way))
    carrying.cancel()
    await asyncio.wait({carrying})

    await post.carry()

    assert len(post.google_chat.cards()) == 1


async def test_a_card_that_a_person_deleted_is_posted_again_once(post):
    await post.desk.asks()
    await post.carry()
    post.google_chat.deleted.add(post.first["name"])

    await post.approve(ANN)
    await post.carry()

    _, second = post.google_chat.cards()
    assert "Has 1 of 2" in second["text"]
    post.google_chat.deleted.add(second["name"])
    await post.approve(BOB)
    await post.carry()
    assert len(post.google_chat.cards()) == 2


async def test_a_space_without_the_app_ends_the_effect_and_holds_nobody_up(post):
    post.google_chat.spaces.clear()
    await post.desk.asks()

    await post.carry()

    assert "given_up" in post.told
    ((to, why),) = await SqlOutbox(post.desk.database).failures()
    assert (to, why) == (SPACES, "Google Chat answered 404: NOT_FOUND says Chat")


async def test_no_second_sees_two_messages_in_one_space(post):
    await post.desk.asks()
    await post.approve(ANN)
    await post.approve(BOB)
    carrier, written = post.carrier(), []
    while await post.left():
        while await carrier.once():
            await carrier.idle()
        written.append(len(post.google_chat.called("create")) + len(post.google_chat.called("patch")))
        post.pass_(1)

    assert written[-1] >= 3
    assert all(later - sooner <= 1 for sooner, later in pairwise([0, *written]))
