"""Manifests of a Canary as people write them, and what is read in them."""

import json
from textwrap import dedent, indent

import yaml

BASE = "http://pointsman.pointsman.svc:8080/hooks/TOKEN/flagger"
LOADTESTER = "http://flagger-loadtester.test"
NAMES = ("rollback", "confirm-promotion", "post-rollout", "event")
HEAD = """\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: checkout, namespace: shop}
spec:
  revertOnDeletion: true
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
"""
BARE = f"""{HEAD}\
  analysis:
    interval: 30s
    threshold: 5
    stepWeight: 10
"""


def canary(webhooks, head=BARE):
    return f"{head}    webhooks:\n{indent(dedent(webhooks), '      ')}"


def ours(hook_type, **fields):
    return f"- {json.dumps({'name': 'own', 'type': hook_type, 'url': f'{BASE}/{hook_type}', **fields})}\n"


COMPLETE = "".join(map(ours, NAMES))


def hooks_of(text, of=0):
    manifest = list(yaml.safe_load_all(text))[of]
    return manifest["spec"]["analysis"]["webhooks"]


def types_of(text):
    return [hook.get("type", "rollout") for hook in hooks_of(text)]
