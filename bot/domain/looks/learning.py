"""What a look teaches about a run: for the card, never for a decision."""

from dataclasses import replace

from bot.domain.looks.sighting import Sighting
from bot.domain.policy import Stage
from bot.domain.release import Outcome, Release, changed, unchanged
from bot.domain.run import with_facts
from bot.domain.sight import Standing


def learn(release: Release, seen: Sighting) -> Outcome:
    """Take in how it stands.  A look that teaches nothing new gives an outcome without changes."""
    run = with_facts(release.run, seen.facts, engine_at=None)
    followed = run.followed or seen.standing.under_way
    run = replace(run, sight=seen.sight, change=seen.change, followed=followed)
    learned = replace(release, run=run, strategy=seen.strategy or release.strategy)
    if not run.pending and not seen.standing.over and seen.standing is not Standing.PROMOTING:
        learned = images_of(learned, seen)  # From the promotion on, what users had is nowhere to be read.
    if learned == release:
        return unchanged(release)
    return changed(_spent(learned, release.run.weight))


def images_of(release: Release, seen: Sighting) -> Release:
    """What users have and what is under way; a newer revision in the target says nothing of this release."""
    copied = seen.before == seen.after and bool(release.before)  # The promotion has begun, whatever the status says.
    before = release.before if copied else dict(seen.before)
    return replace(
        release,
        before=before,
        after=dict(seen.after),
        authors=release.authors | seen.authors,
        changed_at=seen.change.at or release.changed_at,
    )


def _spent(release: Release, weight_before: int | None) -> Release:
    """A step's yes is used up when the weight has changed."""
    if release.run.weight == weight_before:
        return release
    told = (g for g in release.gates if g.stage is Stage.TRAFFIC and g.told_at is not None and not g.spent)
    for gate in tuple(told):
        release = release.with_gate(replace(gate, spent=True))
    return release
