"""Where a card goes: to every place that matches, each once, and to a channel of metadata only where settings allow."""

from dataclasses import replace

import pytest

from bot.domain.effects import Destination
from bot.domain.policy import Match, Stage
from bot.domain.routes import Route, Routes
from tests.domain.conftest import World

RELEASES, OPS, SPACE = (Destination.parse(text) for text in ("slack:C0RELEASES", "slack:C0OPS", "google_chat:spaces/A"))


@pytest.fixture
def release():
    world = World()
    world.asks(Stage.PROMOTION)
    return world.release


def route(*to, **match):
    return Route(match=Match(**match), to=to)


@pytest.mark.parametrize(
    ("routes", "places"),
    [
        pytest.param((), (), id="no route: the console alone"),
        pytest.param((route(RELEASES),), (RELEASES,), id="one that matches all"),
        pytest.param((route(RELEASES), route(SPACE, RELEASES)), (RELEASES, SPACE), id="every one, each place once"),
        pytest.param((route(OPS, namespace="pay*"),), (), id="another namespace"),
        pytest.param((route(OPS, namespace="SHOP"),), (), id="globs look at the case"),
        pytest.param((route(OPS, stage="promotion"),), (OPS,), id="a stage that it has reached"),
        pytest.param((route(OPS, stage="start"),), (), id="a stage that it has not"),
    ],
)
def test_every_route_that_matches_counts(release, routes, places):
    assert Routes(routes)(release) == places


@pytest.mark.parametrize(
    ("channel", "places"),
    [
        pytest.param("slack:C0OPS", (RELEASES, OPS), id="named in the settings"),
        pytest.param("slack:C0RELEASES", (RELEASES,), id="there already"),
        pytest.param("slack:C0ELSEWHERE", (RELEASES,), id="named nowhere"),
    ],
)
def test_metadata_asks_for_a_channel_only_where_the_settings_name_it(release, channel, places):
    asks = replace(release, run=replace(release.run, channel=channel))

    assert Routes((route(RELEASES), route(OPS, namespace="payments")))(asks) == places


@pytest.mark.parametrize("text", ["slack:C0OPS", "google_chat:spaces/A", "google_chat:webhook/ops"])
def test_a_destination_is_read_as_it_is_written(text):
    assert str(Destination.parse(text)) == text
