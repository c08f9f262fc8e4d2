"""`kubectl apply -k` takes both folders that the documentation names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
BY_HOOKS_ALONE = {
    ("ConfigMap", "pointsman"),
    ("Deployment", "pointsman"),
    ("Namespace", "pointsman"),
    ("NetworkPolicy", "pointsman"),
    ("PersistentVolumeClaim", "pointsman"),
    ("PodDisruptionBudget", "pointsman"),
    ("Service", "pointsman"),
    ("ServiceAccount", "pointsman"),
}
SEEING = {("ClusterRole", "pointsman-sees"), ("ClusterRoleBinding", "pointsman-sees")}

each = pytest.mark.parametrize(
    ("folder", "applied"),
    [
        pytest.param(DEPLOY, BY_HOOKS_ALONE, id="deploy"),
        pytest.param(DEPLOY / "seeing", BY_HOOKS_ALONE | SEEING, id="deploy/seeing"),
    ],
)


def kustomization(folder):
    return yaml.safe_load((folder / "kustomization.yaml").read_text())


def files_of(folder, above=()):
    """Collect the files that a folder leads to, as kustomize would: never into a folder that it came through."""
    for resource in kustomization(folder)["resources"]:
        path = (folder / resource).resolve()
        if not path.is_dir():
            yield path
            continue
        visited = (*above, folder.resolve())
        assert not any(one.is_relative_to(path) for one in visited), f"{folder} leads back to {path}"
        yield from files_of(path, visited)


@each
def test_a_folder_leads_to_all_that_it_shall_apply_and_never_back(folder, applied):
    manifests = [yaml.safe_load(path.read_text()) for path in files_of(folder)]

    assert {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests} == applied
    assert len(manifests) == len(applied)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here; the test above reads the same")
@each
def test_kustomize_itself_builds_it(folder, applied):
    built = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)

    assert built.stderr == ""
    manifests = {
        (manifest["kind"], manifest["metadata"]["name"]): manifest for manifest in yaml.safe_load_all(built.stdout)
    }
    assert set(manifests) == applied
    pod = manifests["Deployment", "pointsman"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is (folder.name == "seeing")
    (image,) = kustomization(DEPLOY / "base")["images"]
    assert pod["containers"][0]["image"] == f"{image['newName']}:{image['newTag']}"


@pytest.mark.parametrize(
    "told", [DEPLOY.parent / "README.md", DEPLOY / "base" / "secret.example.yaml"], ids=lambda path: path.name
)
def test_a_fresh_cluster_gets_the_namespace_then_the_secret_then_the_rest(told):
    text = told.read_text(encoding="utf-8")
    steps = re.findall(
        r"^[# ]+(kubectl apply -f \S+|kubectl .*create secret|kubectl apply -k deploy)\b", text, re.MULTILINE
    )

    namespace, secret, rest = steps
    created = yaml.safe_load((DEPLOY.parent / namespace.removeprefix("kubectl apply -f ")).read_text())
    assert secret == f"kubectl -n {created['metadata']['name']} create secret"
    assert created["kind"] == "Namespace"
    assert rest == "kubectl apply -k deploy"
