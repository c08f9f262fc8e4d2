"""A real API server to hold the practice one against: that of a kubeconfig, or one started from its binaries.

Only one on this machine counts: what a test does to it is real.
"""

import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.support.process import free_port

ADMIN, NOBODY = "token-of-the-admin", "token-of-nobody"
START_SECONDS = 120


@dataclass(frozen=True)
class Kubernetes:
    """Kubeconfigs: of one who may do anything, and of one who may do nothing; the second where there is one."""

    admin: str
    nobody: str | None


def why_not() -> str | None:
    """Say why there is no real API server; None: there is."""
    if assets := os.environ.get("KUBEBUILDER_ASSETS"):
        missing = [name for name in ("etcd", "kube-apiserver") if not (Path(assets) / name).exists()]
        return f"KUBEBUILDER_ASSETS has no {' and no '.join(missing)}" if missing else None
    if not (file := os.environ.get("KUBECONFIG")):
        return "neither KUBECONFIG nor KUBEBUILDER_ASSETS names a real API server"
    return None if _is_here(Path(file)) else "the API server of KUBECONFIG is not on this machine"


@contextmanager
def real_api_server(folder: Path) -> Iterator[Kubernetes]:
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if not assets:
        yield Kubernetes(admin=os.environ["KUBECONFIG"], nobody=None)
        return
    with ExitStack() as running:
        etcd, port = free_port(), free_port()
        running.enter_context(_started(folder, Path(assets) / "etcd", *_etcd_flags(folder, etcd, free_port())))
        running.enter_context(_started(folder, Path(assets) / "kube-apiserver", *_server_flags(folder, etcd, port)))
        url = f"https://127.0.0.1:{port}"
        _wait_until_ready(url)
        yield Kubernetes(*(_kubeconfig(folder, url, token) for token in (ADMIN, NOBODY)))


def _is_here(file: Path) -> bool:
    known = yaml.safe_load(file.read_text())
    servers = [cluster["cluster"]["server"] for cluster in known["clusters"]]
    return all("//127.0.0.1" in server or "//localhost" in server for server in servers)


def _etcd_flags(folder: Path, port: int, peers: int) -> list[str]:
    client, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peers}"
    flags = {
        "data-dir": folder / "etcd",
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"default={peer}",
        "unsafe-no-fsync": "true",
    }
    return [f"--{name}={value}" for name, value in flags.items()]


def _server_flags(folder: Path, etcd: int, port: int) -> list[str]:
    key = folder / "accounts.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    tokens = folder / "tokens.csv"
    tokens.write_text(f'{ADMIN},admin,1,"system:masters"\n{NOBODY},nobody,2\n')
    flags = {
        "etcd-servers": f"http://127.0.0.1:{etcd}",
        "bind-address": "127.0.0.1",
        "advertise-address": "127.0.0.1",
        "secure-port": port,
        "cert-dir": folder / "certificates",
        "token-auth-file": tokens,
        "authorization-mode": "RBAC",
        "service-account-issuer": "https://127.0.0.1",
        "service-account-key-file": key,
        "service-account-signing-key-file": key,
        "service-cluster-ip-range": "10.0.0.0/24",
        "disable-admission-plugins": "ServiceAccount",
    }
    return [f"--{name}={value}" for name, value in flags.items()]


@contextmanager
def _started(folder: Path, program: Path, *flags: str) -> Iterator[None]:
    with (folder / f"{program.name}.log").open("wb") as log:
        process = subprocess.Popen([program, *flags], stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def _wait_until_ready(url: str) -> None:
    anybody = ssl._create_unverified_context()
    request = urllib.request.Request(f"{url}/readyz", headers={"Authorization": f"Bearer {ADMIN}"})
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(request, context=anybody, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the API server is not ready after {START_SECONDS} s")


def _kubeconfig(folder: Path, url: str, token: str) -> str:
    file = folder / f"kubeconfig-{token}"
    known = {
        "clusters": [{"name": "real", "cluster": {"server": url, "insecure-skip-tls-verify": True}}],
        "contexts": [{"name": "real", "context": {"cluster": "real", "user": "someone"}}],
        "users": [{"name": "someone", "user": {"token": token}}],
        "current-context": "real",
    }
    file.write_text(yaml.safe_dump(known))
    return str(file)
