"""What the bot may write is what the settings allow, in clusters that it sees."""

import pytest

from bot.app import mapping
from bot.config import parse
from bot.domain.policy import Permission

SETTINGS = """
clusters:
  - name: prod-eu
    kubernetes: {kubernetes}
    hook_tokens: [{{env: TOKEN}}]
    allow: {allow}
"""


@pytest.mark.parametrize(
    ("kubernetes", "allow", "permitted"),
    [
        pytest.param("in-cluster", "{}", set(), id="nothing by default"),
        pytest.param("in-cluster", "{roll_back_promoted: true}", {Permission.ROLL_BACK_PROMOTED}, id="switched on"),
        pytest.param("in-cluster", "{retry: true, argo_rollouts: true}", {Permission.RETRY}, id="each by its own"),
        pytest.param("none", "{retry: true}", set(), id="nothing where it does not see"),
    ],
)
def test_only_what_is_switched_on_may_be_written(tmp_path, kubernetes, allow, permitted):
    text = SETTINGS.format(kubernetes=kubernetes, allow=allow)

    settings = parse(text, name="pointsman.yaml", environ={"TOKEN": "token-of-the-test"}, base=tmp_path)

    assert mapping.permits(settings).get("prod-eu", frozenset()) == permitted
