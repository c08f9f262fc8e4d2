"""The parts of a card that every surface draws alike."""

import pytest

from bot.domain.card import SYMBOLS, Evidence, Mark, Progress, Tone


@pytest.mark.parametrize(
    ("part", "drawn"),
    [
        pytest.param(0, "□□□□□□□□□□", id="nothing"),
        pytest.param(0.01, "■□□□□□□□□□", id="a little is not nothing"),
        pytest.param(0.5, "■■■■■□□□□□", id="half"),
        pytest.param(0.99, "■■■■■■■■■□", id="nearly all is not all"),
        pytest.param(1, "■■■■■■■■■■", id="all"),
        pytest.param(1.7, "■■■■■■■■■■", id="more than all"),
        pytest.param(-1, "□□□□□□□□□□", id="less than nothing"),
    ],
)
def test_the_bar_reaches_neither_end_too_early(part, drawn):
    assert Progress(part=part, words="x").bar == drawn


def test_a_judgement_stands_before_its_line():
    assert Evidence(mark=Mark.BAD, line=("p99 500 ms", " (≤ 400)")).judged == ("✗ ", "p99 500 ms", " (≤ 400)")


def test_every_tone_has_a_symbol_of_its_own():
    assert set(SYMBOLS) == set(Tone)
    assert len(set(SYMBOLS.values())) == len(Tone)
