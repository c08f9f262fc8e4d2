"""What is allowed and yet hardly meant: for `pointsman config check`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from bot.config.chat_cautions import of_chats
from bot.config.cluster_cautions import of_clusters
from bot.config.database import HIDDEN
from bot.config.mistakes import Mistake, Place, dotted, line_of, quoted
from bot.config.models import Settings
from bot.config.policies import KINDS, Match, Policy, Route

Found = tuple[Place, str]
"""Where, and what is doubtful."""

SHORTEST_TOKEN = 16  # characters


def warnings(settings: Settings) -> tuple[Mistake, ...]:
    """Look for what a person may not have meant; by line."""
    checks = (of_clusters, of_chats, _tokens, _groups, _matches, _policies, _shadowed, _database)
    found = [found for check in checks for found in check(settings)]
    told = [Mistake(dotted(place), line_of(place, settings._lines), message) for place, message in found]  # noqa: SLF001
    return tuple(sorted(told, key=lambda mistake: mistake.line))


def _tokens(settings: Settings) -> Iterator[Found]:
    for index, cluster in enumerate(settings.clusters):
        for at, token in enumerate(cluster.hook_tokens):
            if len(token.reveal()) < SHORTEST_TOKEN:
                told = f"is shorter than {SHORTEST_TOKEN} characters: it can be guessed"
                yield ("clusters", index, "hook_tokens", at), told
    for index, entry in enumerate(settings.api_tokens):
        if len(entry.token.reveal()) < SHORTEST_TOKEN:
            yield ("api_tokens", index, "token"), f"is shorter than {SHORTEST_TOKEN} characters: it can be guessed"
    if settings.chats.slack is None and not any(entry.email for entry in settings.api_tokens):
        yield ("api_tokens",), "none has an e-mail, so nobody can sign in to the console"


def _groups(settings: Settings) -> Iterator[Found]:
    for name, group in settings.groups.items():
        if not group.emails and group.slack_usergroup is None:
            yield ("groups", name), "has no members"
        if group.slack_usergroup and settings.chats.slack is None:
            yield ("groups", name, "slack_usergroup"), "chats.slack is left out, so nobody can tell who belongs to it"
        yield from _repeated(("groups", name, "emails"), group.emails)


def _repeated(place: Place, values: Iterable[str]) -> Iterator[Found]:
    for value, times in Counter(values).items():
        if times > 1:
            yield place, f"{value} is named {times} times, and counts once"


def _matches(settings: Settings) -> Iterator[Found]:
    names = [cluster.name for cluster in settings.clusters]
    sections: tuple[tuple[str, tuple[Policy | Route, ...]], ...] = (
        ("policies", settings.policies),
        ("routes", settings.routes),
    )
    for section, items in sections:
        for index, item in enumerate(items):
            place, match = (section, index, "match"), item.match
            if names and not any(fnmatchcase(name, match.cluster) for name in names):
                yield (*place, "cluster"), f"{quoted(match.cluster)} matches none of {', '.join(names)}"
            if not any(fnmatchcase(kind, match.kind) for kind in KINDS):
                yield (*place, "kind"), f"{quoted(match.kind)} matches none of {', '.join(KINDS)}"


def _policies(settings: Settings) -> Iterator[Found]:
    if not settings.policies:
        yield ("policies",), "there are none, so nobody may approve anything"
    for index, policy in enumerate(settings.policies):
        place: Place = ("policies", index)
        yield from _too_few(settings, policy, place)
        yield from _named(settings, policy, place)
        if policy.on_expiry == "reject" and policy.expires_after is None:
            yield (*place, "on_expiry"), "never happens, as expires_after is left out"
        if policy.traffic != "each_step" and not fnmatchcase("traffic", policy.match.stage):
            yield (*place, "traffic"), "has no effect, as the policy does not match stage traffic"
        if "on_mismatch" in policy.model_fields_set and not fnmatchcase("start", policy.match.stage):
            yield (*place, "on_mismatch"), "has no effect, as the policy does not match stage start"


def _too_few(settings: Settings, policy: Policy, place: Place) -> Iterator[Found]:
    if not policy.approvers and not policy.require:
        yield (*place, "approvers"), "names nobody, so the gates that this policy matches stay closed"
        return
    sides = [(place, policy.approvers, policy.quorum)] if not policy.require else []
    sides += [((*place, "require", at), side.of, side.quorum) for at, side in enumerate(policy.require)]
    for side, approvers, quorum in sides:
        known = _known(settings, approvers)
        if known is None:
            continue
        if len(known) < quorum:
            yield (*side, "quorum"), f"is {quorum}, but only {len(known)} can approve"
        elif len(known) == quorum and not policy.self_approval:
            yield (*side, "quorum"), f"is {quorum}, but only {len(known)} can approve, and the author does not count"


def _known(settings: Settings, approvers: Iterable[str]) -> set[str] | None:
    """Collect who an approver list means; None when a chat alone knows."""
    known: set[str] = set()
    for approver in approvers:
        if not approver.startswith("group:"):
            known.add(approver)
            continue
        group = settings.groups[approver.removeprefix("group:")]
        if group.slack_usergroup:
            return None
        known.update(group.emails)
    return known


def _named(settings: Settings, policy: Policy, place: Place) -> Iterator[Found]:
    yield from _repeated((*place, "approvers"), policy.approvers)
    entries = {f"token:{entry.name}": entry for entry in settings.api_tokens}
    lists = [((*place, "approvers"), policy.approvers)]
    lists += [((*place, "require", at, "of"), side.of) for at, side in enumerate(policy.require)]
    for where, approvers in lists:
        for at, approver in enumerate(approvers):
            entry = entries.get(approver)
            if entry and entry.email:
                yield (*where, at), f"{approver} acts as {entry.email}; name that address in its place"
            if entry and "decide" not in entry.may:
                yield (*where, at), f"{approver} may not decide (api_tokens: may)"


def _shadowed(settings: Settings) -> Iterator[Found]:
    for index, policy in enumerate(settings.policies):
        for earlier in settings.policies[:index]:
            if _covers(earlier.match, policy.match):
                yield ("policies", index), f"never counts, as {quoted(earlier.name)} before it matches all of it"
                break


def _covers(wide: Match, narrow: Match) -> bool:
    keys = Match.model_fields
    return all(_glob_covers(getattr(wide, key), getattr(narrow, key)) for key in keys)


def _glob_covers(wide: str, narrow: str) -> bool:
    literal = not any(character in narrow for character in "*?[")
    return wide in ("*", narrow) or (literal and fnmatchcase(narrow, wide))


def _database(settings: Settings) -> Iterator[Found]:
    if HIDDEN in settings.database.url.source.get("url", ""):
        yield ("database", "url"), "holds a password; name the whole URL as {env: NAME} or {file: PATH}"
