"""What a look at a Canary and the objects around it is taken for."""

from bot.domain.workload import Workload
from handlers.flagger.sightings import Seen, sighting_of, target_template

WORKLOAD = Workload(cluster="prod-eu", kind="Canary", namespace="shop", name="checkout")
CANARY = {
    "metadata": {"namespace": "shop", "name": "checkout", "uid": "u1"},
    "spec": {"targetRef": {"kind": "Deployment", "name": "checkout"}, "analysis": {"threshold": 5}},
    "status": {"phase": "Progressing"},
}


def deployment(app, migrate):
    containers = {"containers": [{"name": "app", "image": app}]}
    initial = {"initContainers": [{"name": "migrate", "image": migrate}]}
    return {"kind": "Deployment", "spec": {"template": {"spec": containers | initial}}}


def test_a_release_of_a_new_migration_alone_names_its_images():
    seen = Seen(canary=CANARY, target=deployment("app:1", "migrate:8"), primary=deployment("app:1", "migrate:7"))

    sighting = sighting_of(WORKLOAD, seen)
    assert sighting.before == {"app": "app:1", "migrate": "migrate:7"}
    assert sighting.after == {"app": "app:1", "migrate": "migrate:8"}


def test_a_service_stands_for_its_template():
    ports = {"ports": [{"port": 80}]}

    assert target_template({"kind": "Service", "spec": ports}) == {"spec": ports}
    assert target_template({"kind": "Service", "spec": {"template": {"spec": {}}}}) == {"spec": {}}
    assert target_template(None) == {}
