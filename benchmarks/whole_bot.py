"""The whole bot as people run it, in a process that has nothing of a benchmark in it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.serving import free_port

MIB = 1024**2
ENVIRON = {"HOOK_TOKEN": "hook-token-of-the-benchmarks", "API_TOKEN": "ann-of-the-benchmarks"}
HEADERS = {"Authorization": f"Bearer {ENVIRON['API_TOKEN']}"}
"""Of who may decide."""

SETTINGS = """
server: {{host: 127.0.0.1, port: {port}, metrics_port: {metrics_port}}}
database: {{url: "sqlite+aiosqlite:///{folder}/bench.db"}}
clusters: [{{name: bench, hook_tokens: [{{env: HOOK_TOKEN}}], {cluster}}}]
policies: [{{name: bench, approvers: [ann@example.com], reason: never}}]
api_tokens: [{{name: ann, token: {{env: API_TOKEN}}, may: [read, decide], email: ann@example.com}}]
"""


@dataclass(frozen=True, slots=True)
class WholeBot:
    """A running bot; where it answers, and where it keeps its record."""

    url: str
    metrics_url: str
    database: Path
    pid: int

    def resident(self) -> float:
        """MiB of memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MIB

    def work(self) -> float:
        """Seconds of CPU time used so far: they do not depend on what else runs."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def ready(self, session: aiohttp.ClientSession) -> bool:
        """Whether the record is read, and everything is in sight."""
        try:
            async with session.get(f"{self.url}/readyz") as response:
                return bool(response.status == 200 and all((await response.json())["parts"].values()))
        except aiohttp.ClientError:
            return False

    async def figures(self, session: aiohttp.ClientSession) -> dict[str, float]:
        """Everything that it tells Prometheus."""
        async with session.get(self.metrics_url) as response:
            text = await response.text()
        lines = re.findall(r"^(pointsman_\S+) (\S+)$", text, re.MULTILINE)
        return {name: float(value) for name, value in lines}


@contextmanager
def whole_bot(folder: Path, *, cluster: str = "kubernetes: none") -> Iterator[WholeBot]:
    """Start the bot, which is not ready yet; end it at the end.

    Args:
        cluster: what the settings say of the one cluster beside its name and token.
    """
    port, metrics_port = free_port(), free_port()
    written = folder / "pointsman.yaml"
    written.write_text(SETTINGS.format(port=port, metrics_port=metrics_port, folder=folder, cluster=cluster))
    command = [sys.executable, "-m", "bot", "serve", "--config", str(written)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | ENVIRON, stdout=log, stderr=log)
    try:
        here = "http://127.0.0.1"
        yield WholeBot(f"{here}:{port}", f"{here}:{metrics_port}/metrics", folder / "bench.db", process.pid)
    finally:
        process.terminate()
        process.wait()


def in_sight(folder: Path, url: str, *, engines: str, more: str = "") -> str:
    """Write a kubeconfig to an API server that asks nobody who they are; return what the settings say of it."""
    written = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "bench", "cluster": {"server": url}}],
        "users": [{"name": "nobody", "user": {}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "nobody"}}],
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(written))
    return f'kubernetes: {{context: bench, kubeconfig: "{file}"}}, engines: [{engines}]{more}'
