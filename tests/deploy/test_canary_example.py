"""The Canary that people copy asks what Pointsman answers, and never what could hurt a healthy release."""

from pathlib import Path

import pytest
import yaml

EXAMPLE = Path(__file__).parents[2] / "deploy" / "examples" / "canary.yaml"
COUNTED_AS_FAILED_CHECKS = {"pre-rollout", "rollout"}


def hooks(text):
    return yaml.safe_load(text)["spec"]["analysis"]["webhooks"]


@pytest.fixture
def uncommented():
    """Give the hooks with the optional one among them."""
    lines = EXAMPLE.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.endswith("# - name: next step"))
    for number in range(start, start + 4):
        lines[number] = lines[number].replace("# ", "", 1)
    return hooks("\n".join(lines))


def test_the_last_question_is_asked_and_a_no_can_roll_back():
    assert [hook["type"] for hook in hooks(EXAMPLE.read_text())] == [
        "rollback",
        "confirm-rollout",
        "confirm-promotion",
        "post-rollout",
        "event",
    ]


def test_each_step_can_be_asked_for(uncommented):
    assert "confirm-traffic-increase" in [hook["type"] for hook in uncommented]


def test_each_hook_asks_at_the_path_of_its_type(uncommented):
    for hook in uncommented:
        assert hook["url"] == f"http://pointsman.pointsman.svc:8080/hooks/TOKEN/flagger/{hook['type']}"


def test_no_failed_check_of_a_healthy_release_comes_from_us(uncommented):
    assert not COUNTED_AS_FAILED_CHECKS & {hook.get("type", "rollout") for hook in uncommented}


def test_nothing_goes_past_the_gates():
    spec = yaml.safe_load(EXAMPLE.read_text())["spec"]

    assert not {"skipAnalysis", "suspend"} & spec.keys()
