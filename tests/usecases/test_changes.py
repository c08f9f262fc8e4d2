"""What is kept of changes is forgotten once the record was read past it, or a cluster's workloads would pile up."""

from bot.domain.workload import Workload
from bot.usecases.changes import Changes
from handlers.flagger import memory
from handlers.flagger.memory import Memory

CHECKOUT = Workload("prod-eu", "Canary", "shop", "checkout")


def test_a_change_made_here_is_told_once_and_then_forgotten():
    changes = Changes()
    heard: list[Workload | None] = []
    changes.listen(heard.append)
    changes.announce([CHECKOUT], 7)
    changes.found(CHECKOUT, 7)
    changes.read(7, at=1.0)

    changes.found(CHECKOUT, 8)

    assert heard == [CHECKOUT, CHECKOUT]
    assert list(changes._announced.values()) == [8]


def test_the_memory_of_changes_is_bounded_and_never_keeps_what_it_forgot(monkeypatch):
    monkeypatch.setattr(memory, "LARGEST", 3)
    changes = Changes()
    kept = Memory(changes=changes, monotonic=lambda: 0.0)
    before = kept.changes_of(CHECKOUT)
    changes.announce([Workload("prod-eu", "Canary", "shop", f"gone-{number}") for number in range(10)], 1)
    changes.read(1, at=0.0)

    kept.keep("asked", CHECKOUT, b"no", read_at_change=before)
    assert kept.recall("asked") is None
    assert len(kept._changes) <= 3

    kept.keep("asked", CHECKOUT, b"no", read_at_change=kept.changes_of(CHECKOUT))
    recalled = kept.recall("asked")
    assert recalled is not None
    assert (recalled.body, recalled.workload) == (b"no", CHECKOUT)
