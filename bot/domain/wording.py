"""Words that the card, the answers and the record share, so that every surface tells the same."""

from collections.abc import Mapping

from bot.domain.decision import Verb, Verdict, short
from bot.domain.effects import Line, Moment
from bot.domain.gate import Count, Gate
from bot.domain.policy import OnExpiry, Stage
from bot.domain.release import Release

READY = {
    Stage.START: "ready to start",
    Stage.TRAFFIC: "ready for more traffic",
    Stage.PROMOTION: "ready for promotion",
    Stage.STEP: "ready for the next step",
    Stage.ANALYSIS: "analysis inconclusive",
}
"""What waits, as a title says it."""

DONE: dict[Verdict | Verb, str] = {
    Verdict.APPROVE: "approved",
    Verdict.REJECT: "rejected",
    Verdict.TAKE_BACK: "took back your approval of",
    Verdict.REOPEN: "asked again for the start of",
    Verb.ROLL_BACK: "decided to roll back",
    Verb.PAUSE: "paused",
    Verb.RESUME: "resumed",
    Verb.RETRY: "asked for another try of",
    Verb.SKIP: "asked to skip a step of",
    Verb.PROMOTE_FULL: "asked to promote in full",
}
"""What somebody did, told to that person: `You approved shop/checkout#142`."""


SHOWN_OF_A_REVISION = 12
"""Characters of a digest that are enough for people to tell one from another."""


def version(release: Release) -> str:
    """What is released: the new tag where images are known, else the revision the engine names, else its number."""
    changed = {name: image for name, image in release.after.items() if release.before.get(name) != image}
    if (tag := _one_tag(changed) or _one_tag(release.after)) is not None:
        return tag
    if release.revision:
        return f"revision {release.revision[:SHOWN_OF_A_REVISION]}"
    return f"release #{release.number}"


def version_before(release: Release) -> str | None:
    """What users have while it is tried; None: not known, or nothing of the images tells the two apart."""
    old = {name: image for name, image in release.before.items() if release.after.get(name) != image}
    tag = _one_tag(old)
    return tag if tag != version(release) else None


def _one_tag(images: Mapping[str, str]) -> str | None:
    tags = {tag_of(image) for image in images.values()}
    return tags.pop() if len(tags) == 1 else None


def name_of(image: str) -> str:
    """An image without its tag and digest."""
    path, slash, last = image.partition("@")[0].rpartition("/")
    return f"{path}{slash}{last.partition(':')[0]}"


def tag_of(image: str) -> str | None:
    """`registry:5000/app:1.8.2@sha256:…` → `1.8.2`; by digest alone, its first characters."""
    name, _, digest = image.partition("@")
    _, colon, tag = name.rpartition("/")[2].partition(":")
    return tag if colon else (digest.removeprefix("sha256:")[:12] or None)


def who(name: str) -> str:
    """A policy's name for people, as they say it: `group:sre` → `@sre`."""
    if name.startswith("group:"):
        return "@" + name.removeprefix("group:")
    return short(name)


def any_of(names: tuple[str, ...]) -> str:
    words = [who(name) for name in names]
    if len(words) > 1:
        return f"{', '.join(words[:-1])} or {words[-1]}"
    return words[0] if words else "nobody"


def shortfall(count: Count) -> str:
    """Why a gate is not open, in one line."""
    if count.unknown_author:
        return "its author is unknown, and authors may not approve"
    if not count.short:
        return "its approvals are enough by the rule of now; one of them must approve again"
    if all(not short.of for short in count.short):
        return "no policy names anybody who may approve"
    return f"waits for {sum(short.missing for short in count.short)} of {count.quorum} approvals"


def needs(count: Count) -> str:
    """What would move it: `Needs 1 more of @sre or bob.`"""
    if count.unknown_author:
        return "Cannot open: its author is unknown, and authors may not approve."
    if any(not short.of for short in count.short):
        return "Nobody may approve: no policy names anybody for this gate."
    more = " more" if count.have else ""
    wanted = [f"{short.missing}{more} of {any_of(short.of)}" for short in count.short]
    return f"Needs {' and '.join(wanted)}."


def unless_answered(gate: Gate, release: Release) -> Line:
    """What the deadline of a gate does."""
    if gate.terms.expires_at is None:
        return ()
    deadline = Moment(gate.terms.expires_at)
    if gate.overdue:
        return ("No answer since ", deadline, ": overdue.")
    if gate.terms.on_expiry is OnExpiry.HOLD:
        return ("Due by ", deadline, ".")
    return ("No answer by ", deadline, f": {refused_word(gate.stage, release)}.")


def refused_word(stage: Stage, release: Release) -> str:
    """What a reject does at this stage."""
    if stage is Stage.START:
        return "nothing starts"
    return release.engine_kind.way_back


def asks(release: Release, gate: Gate) -> Line:
    """The line that calls people to a gate."""
    return (f"{release.label} is {READY[gate.stage]} ({version(release)}).",)
