"""What is wrong with hooks that lead elsewhere."""

from collections.abc import Iterator

from handlers.flagger.canaries import GATES, QUESTION
from handlers.flagger.manifests.addresses import Leads
from handlers.flagger.manifests.canary import Hook
from handlers.flagger.manifests.fault import Fault, broken, caution
from handlers.flagger.manifests.hooks import SHORT

_ASK_HERE = "`pointsman wire` lets it ask here instead."


def faults(hook: Hook) -> Iterator[Fault]:
    match hook.address.leads:
        case Leads.LOADTESTER:
            yield from _loadtester(hook)
        case Leads.CHAT if hook.type == "event":
            yield caution(
                hook.place,
                f"Hook “{hook.name}” sends Flagger's events to a chat, which does not know their form and drops them.",
                "Take it out: the card tells what happens. Flagger's own messages go by an AlertProvider.",
            )
        case Leads.CHAT if hook.type in GATES or hook.type == QUESTION:
            yield broken(
                hook.place,
                f"Hook “{hook.name}” asks a chat's webhook: what it answers is nobody's decision.",
                _ASK_HERE,
            )
        case Leads.NOWHERE:
            yield broken(hook.place, f"Hook “{hook.name}” has no URL that begins with http.", "Write its url.")
        case _:
            return


def _loadtester(hook: Hook) -> Iterator[Fault]:
    path = hook.address.path
    if path == "gate/halt" and hook.type in GATES:
        yield broken(hook.place, f"Hook “{hook.name}” asks at /gate/halt: no click can open it.", _ASK_HERE)
    elif path == "gate/approve" and hook.type in GATES:
        says = f"Hook “{hook.name}” asks at /gate/approve, which says yes to everything."
        yield caution(hook.place, says, f"If people shall be asked: `pointsman wire --gates {SHORT[hook.type]}`.")
    elif path == "rollback/check" and hook.type == QUESTION:
        yield caution(
            hook.place,
            f"Hook “{hook.name}” asks flagger-loadtester, whose answer outlives the release:"
            " once opened and forgotten, it rolls back each later one at its first look.",
            _ASK_HERE,
        )
    elif path.startswith("gate/") and hook.type in GATES:
        yield caution(
            hook.place,
            f"Hook “{hook.name}” asks flagger-loadtester, which has one gate for all questions of a Canary:"
            " once opened it stays open, and the next release passes without anybody being asked.",
            _ASK_HERE,
        )
    else:
        yield caution(
            hook.place,
            f"Hook “{hook.name}” opens or closes a gate of flagger-loadtester, which nothing else needs any more.",
            "Take it out once its gates ask here.",
        )
