"""What the typed lines share: a desk, and somebody who types at it."""

import pytest

from bot.domain.commands import listing
from bot.domain.decision import Surface
from bot.domain.errors import Refusal
from bot.usecases import find_releases
from tests.support.desk import ANN, open_desk


@pytest.fixture
async def desk(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        yield desk


@pytest.fixture
def say(desk):
    """Type a line as ann, in Slack; a test names only what it is about."""

    def type_it(text, by=ANN, *, may_decide=True, **more):
        return desk.people.answer_command(text, by=by, surface=Surface.SLACK, may_decide=may_decide, **more)

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
    page = await desk.storage.reader.audit(limit=50)
    return next(record for record in page.items if record["action"] == action)


@pytest.fixture
def short_pages(monkeypatch):
    """Pages of three lines, so that few releases fill them."""
    monkeypatch.setattr(listing, "LINES", 3)
    monkeypatch.setattr(listing, "STORY_LINES", 3)
    monkeypatch.setattr(find_releases, "MOST", 3)
