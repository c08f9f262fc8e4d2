"""Pod templates: what makes two of them the same revision."""

import copy

from handlers.sandbox.objects import Thing


def normal(template: Thing) -> Thing:
    """A template as Go writes it back: what is empty left out, the resources of a container always there."""
    normalised = copy.deepcopy(template)
    for container in normalised.get("spec", {}).get("containers", []):
        container.setdefault("resources", {})
        for name in [name for name, value in container.items() if value in ([], None)]:
            del container[name]
    return normalised
