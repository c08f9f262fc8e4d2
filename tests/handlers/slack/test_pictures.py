"""The picture of a summary: in its thread, and never in the way of the summary."""

from io import BytesIO

import pytest
from PIL import Image

from bot.domain.audit import Head
from bot.domain.figures.insights import Outcomes
from bot.domain.figures.summary import Summary
from tests.support.figures import day, figures_of
from tests.support.metrics import faults_in
from tests.support.slack import CHANNEL

WEEK = figures_of(*(day(Outcomes(promoted=ago + 1), ago=ago) for ago in range(6, -1, -1)))
EMPTY = figures_of(day())


def summary(figures=WEEK):
    return Summary(
        push="Summary daily: 28 promoted",
        title="Summary daily",
        lead=(("28 promoted.",),),
        sections=(),
        head=Head(),
        footer=("Record 1:00",),
        figures=EMPTY,
        chart=figures,
        before=EMPTY,
    )


@pytest.fixture
def post(chat):
    def post_it(shown, *, retry=False):
        return chat.post(shown, to=CHANNEL, key="S1", retry=retry)

    return post_it


async def test_the_picture_stands_in_the_thread_of_its_summary_and_says_itself_in_words(post, slack):
    await post(summary())

    ((ts, _),) = slack.messages.items()
    (file,) = slack.files.shared
    assert (file["channel_id"], file["thread_ts"]) == (CHANNEL, ts)
    assert file["title"] == "Releases, 18–24 Nov"
    assert file["alt_txt"].startswith("Releases, 18–24 Nov: 28 promoted.")
    assert Image.open(BytesIO(file["bytes"])).width == 1200


async def test_a_time_in_which_nothing_ended_has_no_picture(post, slack):
    await post(summary(EMPTY))

    assert len(slack.messages) == 1
    assert not slack.called("files.getUploadURLExternal")


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        pytest.param("files.getUploadURLExternal", "missing_scope", id="an app of an older manifest"),
        pytest.param("files.getUploadURLExternal", 429, id="too fast"),
        pytest.param("files.completeUploadExternal", "drop", id="the answer is lost"),
        pytest.param("files.completeUploadExternal", 500, id="a fault of Slack"),
    ],
)
async def test_without_its_picture_the_summary_stands_and_is_not_posted_again(post, slack, logged, method, fault):
    slack.faults[method].append(fault)

    await post(summary())

    assert len(slack.messages) == 1
    assert [line["event"] for line in logged] == ["slack_picture_not_shown"]


async def test_an_upload_that_is_refused_is_left(post, slack, logged):
    slack.files.refuses = 503

    await post(summary())

    assert not slack.files.shared
    assert [line["event"] for line in logged] == ["slack_picture_not_shown"]


async def test_a_fault_of_ours_in_drawing_is_logged_counted_and_left(post, chat, slack, logged, monkeypatch):
    monkeypatch.setattr("handlers.slack.pictures.picture_of", lambda _figures: 1 / 0)

    await post(summary())

    assert len(slack.messages) == 1
    assert [line["event"] for line in logged] == ["slack_picture_fault"]
    assert faults_in(chat.metrics) == {"slack": 1}


async def test_a_summary_that_was_found_again_gets_no_second_picture(post, slack):
    await post(summary())
    await post(summary(), retry=True)

    assert len(slack.files.shared) == 1
