"""The Canaries that people copy have nothing to mend."""

from pathlib import Path

import pytest
import yaml

from handlers.flagger.manifests.canary import Strategy, is_canary, read_canary
from handlers.flagger.manifests.faults import faults_of
from handlers.flagger.manifests.wanted import Wanted
from handlers.flagger.manifests.wiring import wired

FILES = sorted((Path(__file__).parents[2] / "deploy" / "examples").glob("*.yaml"))
CANARIES = [file for file in FILES if is_canary(next(iter(yaml.safe_load_all(file.read_text()))))]

each = pytest.mark.parametrize("file", CANARIES, ids=lambda file: file.stem)


@each
def test_doctor_finds_nothing_to_mend(file):
    assert faults_of(read_canary(yaml.safe_load(file.read_text()))) == ()


@each
def test_wire_finds_nothing_to_change(file):
    text = file.read_text()

    assert wired(text, Wanted()) == text


def test_there_is_one_for_each_strategy():
    found = {read_canary(yaml.safe_load(file.read_text())).strategy for file in CANARIES}

    assert found == set(Strategy)
