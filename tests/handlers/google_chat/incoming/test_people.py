"""Who somebody is: from what Google signed, and where the settings name no domains, from what Chat says of members."""

import asyncio
from typing import Any

import pytest

from bot.domain.decision import Principal
from bot.domain.errors import ChatRefusedError, ChatUnavailableError, StrangerError
from handlers.google_chat.events import Person
from handlers.google_chat.people import FRESH_SECONDS, ChatPeople
from tests.support.desk import ANN
from tests.support.google_chat import SPACE
from tests.support.seconds import Seconds

INTERNAL = {"affiliation": "INTERNAL", "state": "JOINED"}


def person(**more):
    given: dict[str, Any] = {"id": "users/101", "email": "Ann@Example.com ", "domain": "C0OURS", "human": True}
    return Person(**(given | more))


class Members:
    """What Chat says, the next first; the last again and again."""

    def __init__(self, *says):
        self.says, self.asked = list(says), []

    async def __call__(self, space, user):
        self.asked.append((space, user))
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, Exception):
            raise said
        return said


def people(members, *, domains=(), clock=None, patience=3.0):
    also = {"ann.lee@example.co.uk": ANN}
    return ChatPeople(
        domains=frozenset(domains),
        alias=lambda address: also.get(address, Principal(address)),
        member=members,
        clock=clock or Seconds(),
        patience=patience,
    )


async def nobody_asks(_space, _user):
    raise AssertionError("Chat was asked")


@pytest.mark.parametrize("email", ["ann@example.com", "ANN@example.com", "Ann.Lee@example.co.uk"])
async def test_somebody_of_a_named_domain_is_known_without_asking(email):
    ours = people(nobody_asks, domains=["C0OURS"])

    assert await ours.identify(person(email=email), space=SPACE) == ANN


STRANGERS = [
    pytest.param({"domain": "C0THEIRS"}, "another organisation", id="another domain"),
    pytest.param({"domain": None}, "another organisation", id="no domain"),
    pytest.param({"domain": "c0ours"}, "another organisation", id="a domain in other letters"),
    pytest.param({"human": False}, "Only people", id="no human"),
    pytest.param({"email": None}, "e-mail address", id="no address"),
    pytest.param({"email": "ann"}, "e-mail address", id="no address but a name"),
]


@pytest.mark.parametrize(("more", "why"), STRANGERS)
async def test_a_stranger_is_told_why(more, why):
    with pytest.raises(StrangerError, match=why):
        await people(nobody_asks, domains=["C0OURS"]).identify(person(**more), space=SPACE)


async def test_without_named_domains_an_internal_member_counts():
    members = Members(INTERNAL)

    assert await people(members).identify(person(domain="C0ANY"), space=SPACE) == ANN
    assert members.asked == [(SPACE, "users/101")]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"affiliation": "EXTERNAL"}, id="external"),
        pytest.param({"affiliation": "MANAGED_EXTERNAL"}, id="managed elsewhere"),
        pytest.param({}, id="Chat does not say"),
        pytest.param(INTERNAL | {"state": "INVITED"}, id="only invited"),
        pytest.param(ChatUnavailableError("away"), id="Chat is away"),
        pytest.param(ChatRefusedError("no such member"), id="no member"),
    ],
)
async def test_whoever_is_no_internal_member_is_a_stranger(said):
    with pytest.raises(StrangerError):
        await people(Members(said)).identify(person(), space=SPACE)


async def test_where_nobody_can_say_where_it_was_nobody_is_known():
    with pytest.raises(StrangerError):
        await people(nobody_asks).identify(person(), space=None)


async def test_what_is_not_known_in_time_is_refused():
    async def silent(_space, _user):
        await asyncio.Event().wait()

    with pytest.raises(StrangerError, match="in time"):
        await people(silent, patience=0.0).identify(person(), space=SPACE)


async def test_a_member_is_believed_for_a_while_and_a_stranger_never():
    clock, members = Seconds(), Members({"affiliation": "EXTERNAL"}, INTERNAL)
    ours = people(members, clock=clock)
    with pytest.raises(StrangerError):
        await ours.identify(person(), space=SPACE)
    for _ in range(3):
        await ours.identify(person(), space=SPACE)
    assert len(members.asked) == 2

    clock.pass_(FRESH_SECONDS)
    await ours.identify(person(), space=SPACE)

    assert len(members.asked) == 3


async def test_a_member_of_one_space_is_asked_for_in_another():
    members = Members(INTERNAL)
    ours = people(members)

    await ours.identify(person(), space=SPACE)
    await ours.identify(person(), space="spaces/BBBB")

    assert [space for space, _ in members.asked] == [SPACE, "spaces/BBBB"]
