"""What is not carried out, and why: by the settings, by missing rights, by how the Rollout stands."""

from dataclasses import replace

import pytest

from bot.domain.errors import ConflictError, EngineRefusedError
from bot.domain.operation import Operation
from handlers.argo_rollouts.operations import Allowed
from tests.handlers.argo_rollouts.acting import carry_out, operations, order, seen
from tests.support.argo import CANARY


@pytest.mark.parametrize(
    ("operation", "allowed", "why"),
    [
        pytest.param(Operation.PROMOTE, Allowed(operate=False), "allow.argo_rollouts", id="anything"),
        pytest.param(Operation.RETRY, Allowed(), "allow.retry", id="retry"),
        pytest.param(Operation.PUT_BACK, Allowed(), "allow.roll_back_promoted", id="after the end"),
    ],
)
async def test_what_the_settings_do_not_allow_is_refused_by_name(shop, operation, allowed, why):
    with pytest.raises(EngineRefusedError, match=why):
        await operations(shop, allowed).carry_out(order(shop, operation), await seen(shop))


@pytest.mark.parametrize(
    ("verb", "plural"),
    [
        pytest.param("patch", "rollouts/status", id="the right that every decision needs"),
        pytest.param("patch", "rollouts", id="the right that only a pause by hand needs"),
    ],
)
async def test_a_right_that_is_missing_is_named(shop, verb, plural):
    shop.deploy(CANARY).push().until_it_waits()
    shop.server.access.take(verb, plural)
    operation = Operation.ABORT if plural.endswith("status") else Operation.PAUSE

    with pytest.raises(EngineRefusedError, match="patch"):
        await carry_out(shop, order(shop, operation))


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        pytest.param(Operation.ABORT, "everybody has this version already", id="abort"),
        pytest.param(Operation.PROMOTE_FULL, "everybody has this version already", id="in full"),
        pytest.param(Operation.SKIP, "no step is left", id="skip"),
        pytest.param(Operation.RETRY, "it is not aborted", id="retry"),
        pytest.param(Operation.ANALYSE_AGAIN, "does not wait any more", id="analyse again"),
    ],
)
async def test_what_can_never_be_done_is_refused_with_the_reason(shop, operation, why):
    shop.deploy(CANARY)

    with pytest.raises((EngineRefusedError, ConflictError), match=why):
        await carry_out(shop, order(shop, operation))


async def test_a_version_that_is_not_kept_any_more_cannot_be_put_back(shop):
    shop.deploy(CANARY)

    with pytest.raises(EngineRefusedError, match="revisionHistoryLimit"):
        await carry_out(shop, replace(order(shop, Operation.PUT_BACK), before={"app": "gone:1"}))


async def test_a_rollout_that_is_gone_is_a_conflict_and_not_a_fault(shop):
    with pytest.raises(ConflictError, match="not there any more"):
        await carry_out(shop, order(shop, Operation.ABORT))
