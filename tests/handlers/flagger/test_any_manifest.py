"""Whatever people wrote: wire comes to an end, mends what doctor says it mends, and leaves all else as it was."""

from typing import Any

import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.flagger.manifests.documents import canaries_in
from handlers.flagger.manifests.faults import faults_of
from handlers.flagger.manifests.wanted import Wanted
from handlers.flagger.manifests.wiring import wired

BASE = "http://pointsman.pointsman.svc:8080/hooks/TOKEN"
GATES = ["confirm-rollout", "confirm-traffic-increase", "confirm-promotion"]
TYPES = [*GATES, "rollback", "pre-rollout", "rollout", "post-rollout", "event", ""]
PATHS = ["gate/check", "gate/halt", "gate/approve", "gate/close", "rollback/check"]
URLS = [
    *(f"{BASE}/flagger/{name}" for name in (*TYPES[:-1], "misspelt")),
    *(f"{base}/{path}" for base in (BASE, "http://flagger-loadtester.test") for path in PATHS),
    "http://load.test/",
    "https://hooks.slack.com/services/T/B/x",
    "nothing",
]
HOOKS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["one", "two words"]), "url": st.sampled_from(URLS)},
        optional={
            "type": st.sampled_from(TYPES),
            "muteAlert": st.booleans(),
            "metadata": st.sampled_from([{"cmd": "a: b # c"}, {"cmd": "two\nlines\n"}]),
        },
    ),
    max_size=5,
)
ANALYSES = st.fixed_dictionaries(
    {"interval": st.sampled_from(["5s", "1m"]), "threshold": st.just(9), "webhooks": HOOKS},
    optional={"stepWeight": st.just(10), "iterations": st.integers(1, 2), "metrics": st.just([{"name": "errors"}])},
)
PLACES = [("analysis",), ("canaryAnalysis",), ("service", "analysis"), ("analysis", "analysis")]


def manifest(analysis, place):
    spec: dict[str, Any] = {"targetRef": {"kind": "Deployment", "name": "checkout"}, "service": {"port": 80}}
    inside = spec
    for part in place[:-1]:
        inside = inside.setdefault(part, {})
    inside[place[-1]] = analysis
    return {"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "metadata": {"name": "checkout"}, "spec": spec}


def the_rest(text):
    made = yaml.safe_load(text)
    for part in ("analysis", "canaryAnalysis"):
        made["spec"].pop(part, None)
        (made["spec"]["service"] or {}).pop(part, None)
    return made


@settings(max_examples=10, derandomize=True, phases=[Phase.generate])
@given(analysis=ANALYSES, place=st.sampled_from(PLACES), asked=st.sets(st.sampled_from(GATES), min_size=1))
def test_what_wire_is_said_to_mend_is_mended(analysis, place, asked):
    text = yaml.safe_dump(manifest(analysis, place), sort_keys=False)
    wanted = Wanted(gates=frozenset(asked))

    new = wired(text, wanted)

    (found,) = canaries_in(new)
    assert [fault.says for fault in faults_of(found.canary) if "`pointsman wire` " in fault.mend] == []
    assert wired(new, wanted) == new
    assert the_rest(new) == the_rest(text)
