"""Which changes in a cluster are worth a look."""

import pytest

from bot.domain.looks.sighting import Glance
from bot.domain.looks.waking import LastLook, last_look, worth_a_look
from bot.domain.sight import Standing

OPEN, NEVER, SEEN = LastLook(open=True), LastLook(), LastLook(uid="u1", applied="new")


def glance(standing, *, uid="u1", applied="new"):
    return Glance(uid=uid, standing=standing, applied=applied)


@pytest.mark.parametrize(
    ("last", "shown", "worth"),
    [
        pytest.param(OPEN, glance(Standing.IDLE), True, id="a release is under way"),
        pytest.param(OPEN, None, True, id="deleted in the midst of a release"),
        pytest.param(SEEN, None, False, id="deleted at rest"),
        pytest.param(NEVER, glance(Standing.PROMOTED), False, id="at rest since before we were there"),
        pytest.param(NEVER, glance(Standing.PROGRESSING), True, id="begins"),
        pytest.param(NEVER, glance(Standing.WAITING), True, id="waits for its start"),
        pytest.param(SEEN, glance(Standing.PROMOTED), False, id="as it ended"),
        pytest.param(SEEN, glance(Standing.PROGRESSING), False, id="the same revision still in its last moments"),
        pytest.param(SEEN, glance(Standing.PROGRESSING, applied="newer"), True, id="the next one begins"),
        pytest.param(SEEN, glance(Standing.PROMOTED, applied="newer"), True, id="the next one came and went"),
        pytest.param(SEEN, glance(Standing.PROMOTED, uid="u2", applied="newer"), False, id="made anew, at rest"),
    ],
)
def test_a_look_is_taken_where_something_could_follow(last, shown, worth):
    assert worth_a_look(last, shown) is worth


def test_what_the_record_keeps_is_of_the_newest_release(world):
    before = last_look(world.known)
    world.sees(Standing.PROGRESSING, applied="new")
    during = last_look(world.known)
    world.sees(Standing.PROMOTED, applied="new")

    assert before == NEVER
    assert during == LastLook(open=True, uid="u1", applied="new")
    assert last_look(world.known) == SEEN
