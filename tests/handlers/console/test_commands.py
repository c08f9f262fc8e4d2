"""A line typed in the console: its answer is a page, and works without script."""

import pytest

from bot.domain.gate import GateState
from tests.handlers.console.world import checkout, gate


async def typed(person, text, **fields):
    answer = await person.post("/commands", {"csrf": person.csrf, "text": text} | fields)
    return answer.status, await answer.text()


async def test_the_page_teaches_what_can_be_typed(ann):
    page = await ann.page("/commands")

    assert "<code>approve shop/checkout looks good</code> · say yes at the gate that waits" in page


async def test_an_answer_leads_to_its_releases(world, ann):
    release = await world.add(checkout(gate()))

    status, page = await typed(ann, "waiting")

    assert status == 200
    assert f'<a href="/releases/{release.id}">shop/checkout#142</a> · checkout 1.8.2 · prod-eu' in page


async def test_candidates_come_with_the_forms_that_do_what_was_asked(world, ann):
    waiting = gate()
    await world.add(checkout(waiting))
    await world.add(checkout(gate(), number=142, name="cart"))

    _, page = await typed(ann, "approve #142")

    assert page.count("Approve 1.8.2 · shop/") == 4  # Two buttons, each once more while it is open.
    assert f'action="/gates/{waiting.id}/decisions"' in page


async def test_who_may_only_read_gets_no_forms(world, stranger):
    await stranger.sign_in("reader-secret")
    await world.add(checkout(gate()))
    await world.add(checkout(gate(), number=142, name="cart"))

    _, page = await typed(stranger, "approve #142")

    assert "/decisions" not in page


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        pytest.param("aprove checkout", 422, "Is this meant?", id="not understood"),
        pytest.param("approve nosuch", 404, "No release of “nosuch” is known here.", id="not known"),
        pytest.param("resume checkout", 409, "shop/checkout#142 is not paused.", id="not now"),
        pytest.param("reject checkout", 422, "Rejecting needs a reason.", id="without a reason"),
    ],
)
async def test_a_line_that_does_nothing_stands_in_the_box_to_be_mended(world, ann, text, status, told):
    await world.add(checkout(gate()))

    answered, page = await typed(ann, text)

    assert (answered, told in page) == (status, True)
    assert f'name="text" value="{text}"' in page


async def test_who_may_not_decide_is_refused(world, stranger):
    await stranger.sign_in("eve-secret")
    waiting = gate()
    release = await world.add(checkout(waiting))

    status, page = await typed(stranger, "approve checkout")

    assert (status, "You may not approve" in page) == (403, True)
    assert (await world.release(release)).gate(waiting.id).approvals == ()


@pytest.mark.parametrize("csrf", ["", "another"])
async def test_a_form_of_another_page_does_nothing(world, ann, csrf):
    waiting = gate(quorum=1)
    release = await world.add(checkout(waiting))

    status, _ = await typed(ann, "approve checkout", csrf=csrf)

    assert status == 403
    assert (await world.release(release)).gate(waiting.id).state is GateState.CLOSED


async def test_who_is_signed_out_is_told_so_and_nothing_is_done(world, stranger):
    assert (await typed(stranger, "approve checkout"))[0] == 401


async def test_what_is_typed_is_text_and_never_markup(world, ann):
    _, page = await typed(ann, "why <script>alert(1)</script>")

    assert "<script>alert" not in page
