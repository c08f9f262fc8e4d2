"""The Rollouts that people copy have nothing to mend, and ask where their comments say so."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from bot.domain.policy import Stage
from handlers.argo_rollouts.doctor import judged
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.rollouts import Strategy
from handlers.argo_rollouts.waiting import waits
from tests.support.argo import open_shop

FILES = sorted((Path(__file__).parents[2] / "deploy" / "examples").glob("rollout-*.yaml"))

each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file):
    """Give the Rollout, and what stands beside it."""
    rollout, *others = yaml.safe_load_all(file.read_text())
    return rollout, others


def understood(file):
    """Give the Rollout as the bot reads it once the controller has seen it."""
    rollout, _ = read(file)
    rollout["metadata"] |= {"uid": "u-1", "generation": 1}
    found = read_rollout({**rollout, "status": {"observedGeneration": "1"}})
    assert found is not None
    return found


@each
def test_doctor_finds_nothing_to_mend(file):
    assert list(judged("shop/checkout", understood(file), "")) == []


@each
def test_kubernetes_knows_what_stands_beside_it(file):
    for manifest in read(file)[1]:
        kubernetes_validate.validate(manifest, "1.37", strict=True)


def test_there_is_one_for_each_strategy():
    assert {understood(file).strategy for file in FILES} == set(Strategy)


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        pytest.param("rollout-canary", Stage.STEP, id="at a step"),
        pytest.param("rollout-blue-green", Stage.PROMOTION, id="before the switch"),
    ],
)
async def test_a_release_of_it_waits_for_people_where_it_says(name, stage):
    rollout, others = read(next(file for file in FILES if file.stem == name))
    async with open_shop() as shop:
        for manifest in others:
            shop.server.put(manifest)

        shop.deploy(rollout["spec"]["strategy"]).push().until_it_waits()

        found = read_rollout(shop.rollout)
        wait = waits(found) if found is not None else None
    assert wait is not None
    assert wait.stage is stage
