"""What speaks for a release and against it, and what it changes: the lines of a card between question and buttons."""

from bot.domain.card import Evidence, Mark
from bot.domain.cards.seen import Seen
from bot.domain.decision import short
from bot.domain.effects import Line
from bot.domain.release import Release, ReleaseState
from bot.domain.run import Test
from bot.domain.wording import name_of, tag_of


def evidence(seen: Seen) -> tuple[Evidence, ...]:
    """Metrics, failed checks, pods: how it looks."""
    run = seen.release.run
    lines = list(run.sight.details) if run.sight else []
    told = {line.line[0].split(" ", 1)[0] for line in lines if line.line and isinstance(line.line[0], str)}
    lines += [
        Evidence(mark=Mark.BAD, line=(f"{check.name} {check.value} ({check.limit})",))
        for check in run.checks
        if check.name.split(" ", 1)[0] not in told
    ]
    lines += [_test(test) for test in run.tests]
    if (failed := _failed_checks(seen)) is not None:
        lines.append(failed)
    if run.not_ready and seen.release.is_open:
        lines.append(Evidence(mark=Mark.CAUTION, line=(f"not ready: {run.not_ready}",)))
    return tuple(lines)


def _test(test: Test) -> Evidence:
    if test.passed:
        return Evidence(mark=Mark.GOOD, line=(f"{test.name} passed",))
    return Evidence(mark=Mark.BAD, line=(f"{test.name} failed",))


def _failed_checks(seen: Seen) -> Evidence | None:
    release, run = seen.release, seen.release.run
    if not run.failed_checks:
        told_of = run.started and ("event" in seen.hooks or run.sight is not None) and release.engine_kind.asks
        return Evidence(mark=Mark.GOOD, line=("no check failed",)) if told_of else None
    name = release.engine_kind.name
    many = f"{run.failed_checks} of {run.threshold} checks" if run.threshold else f"{run.failed_checks} checks"
    times = "1 check failed" if many == "1 checks" else f"{many} failed"
    by_itself = f"; at {run.threshold or 'its threshold'} {name} rolls back by itself"
    going_on = release.state in {ReleaseState.PROGRESSING, ReleaseState.WAITING}
    return Evidence(mark=Mark.CAUTION, line=(f"{times}{by_itself if going_on else ''}",))


def changes(release: Release) -> tuple[Line, ...]:
    """Whose change it is, and what differs from the version that users have."""
    run = release.run
    lines: list[Line] = [(run.text,)] if run.text else []
    change = run.change
    authors = " and ".join(short(author) for author in sorted(release.authors))
    about = [f"“{change.text}”" if change.text else "", f"by {authors}" if authors else "", change.ticket, change.url]
    about.append(f"written by {change.tool}" if change.tool else "")
    differs = [_image(release, container, image) for container, image in release.after.items()]
    differs += run.sight.titles if run.sight is not None else ()
    if run.behind > 1:
        differs.append(f"{run.behind} releases since the version that users have")
    lines += [(" · ".join(filter(None, parts)),) for parts in (about, differs) if any(parts)]
    return tuple(lines)


def _image(release: Release, container: str, image: str) -> str:
    """`app 1.8.1 → 1.8.2`; with the whole names where more than the tag differs."""
    before = release.before.get(container)
    if before is None:
        return f"{container} new: {image}"
    if before == image:
        return f"{container} {tag_of(image) or image} unchanged"
    old, new = tag_of(before), tag_of(image)
    if old and new and name_of(before) == name_of(image):
        return f"{container} {old} → {new}"
    return f"{container} {before} → {image}"
