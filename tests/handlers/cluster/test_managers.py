"""Who wrote an object: addresses are people, everything else is a tool and nobody."""

from typing import Any

import pytest

from handlers.cluster.managers import people_of, tool_of

TEMPLATE: dict[str, Any] = {"f:spec": {"f:template": {"f:spec": {}}}}
REPLICAS: dict[str, Any] = {"f:spec": {"f:replicas": {}}}


def an_entry(manager, *, minute=0, fields=TEMPLATE, **more):
    return {"manager": manager, "time": f"2026-03-02T12:{minute:02}:00Z", "fieldsV1": fields, **more}


def written_by(*entries):
    return {"metadata": {"managedFields": list(entries)}}


@pytest.mark.parametrize(
    ("entries", "people", "tool"),
    [
        pytest.param([], set(), "", id="nobody told"),
        pytest.param([an_entry("kubectl-client-side-apply")], set(), "kubectl-client-side-apply", id="a tool"),
        pytest.param([an_entry("Lea@Example.com")], {"lea@example.com"}, "", id="a person"),
        pytest.param(
            [an_entry("helm"), an_entry("argocd-controller", minute=5)], set(), "argocd-controller", id="the newest"
        ),
        pytest.param(
            [an_entry("helm"), an_entry("scaler", minute=5, fields=REPLICAS)], set(), "helm", id="of the template"
        ),
        pytest.param(
            [an_entry("helm"), an_entry("eve@example.com", minute=5, subresource="status")], set(), "helm", id="status"
        ),
        pytest.param([an_entry("helm"), an_entry("rollouts", minute=5)], set(), "helm", id="a controller's defaults"),
        pytest.param([an_entry("helm"), an_entry("pointsman", minute=5)], set(), "helm", id="ourselves"),
        pytest.param([an_entry("helm", fields={})], set(), "helm", id="one that tells no fields"),
        pytest.param(["nonsense", {"manager": 4}], set(), "", id="nonsense"),
    ],
)
def test_who_wrote_it(entries, people, tool):
    fields = written_by(*entries)

    assert people_of(fields) == people
    assert tool_of(fields, but=frozenset({"rollouts"})) == tool
