"""What the tests of this folder share: a shop whose Rollout the practice controller works on."""

from collections.abc import AsyncIterator

import pytest

from tests.support.argo import Shop, open_shop


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
