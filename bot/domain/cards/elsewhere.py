"""What was not decided here but done with another tool, as a card says it."""

from collections.abc import Iterator

from bot.domain.effects import Line, Moment
from bot.domain.outside import Act, Named
from bot.domain.release import Release

_WHAT = {
    Act.WENT_ON: "A question was not decided here",
    Act.PROMOTED: "Not decided here",
    Act.ABORTED: "Not decided here",
    Act.RETRIED: "Not begun again here",
}


def done_elsewhere(release: Release) -> tuple[Line, ...]:
    """The newest of each: that it went on past a gate without a yes, and who did that or more, where it is told."""
    return tuple(dict(_lines(release)).values())


def named_for(release: Release, act: Act) -> Named | None:
    found = (done.named for done in reversed(release.run.outside) if done.act is act)
    return next((named for named in found if named is not None), None)


def who_ran(named: Named, *, what: str = "Not decided here") -> Line:
    return (f"{what}: {named.by} ran {named.action} in {named.tool} at ", Moment(named.at), ".")


def _lines(release: Release) -> Iterator[tuple[Act, Line]]:
    for done in release.run.outside:
        what = _WHAT[done.act]
        if done.named is not None:
            yield done.act, who_ran(done.named, what=what)
        elif done.act is Act.WENT_ON:
            tool = done.tool or "another tool, or by itself"
            yield done.act, (f"{what}: it went on by {tool}, seen at ", Moment(done.seen_at), ".")
