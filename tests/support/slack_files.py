"""Files as Slack takes them: an address to send to, the bytes, then where the file is shown."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Files:
    """What was uploaded.

    Attributes:
        shared: files that people see, with `bytes` and where.
        refuses: a status that the upload is answered with.
    """

    begun: dict[str, dict[str, Any]] = field(default_factory=dict)
    shared: list[dict[str, Any]] = field(default_factory=list)
    refuses: int | None = None

    def begin(self, given: dict[str, Any], *, url: str) -> dict[str, Any]:
        name = f"F{len(self.begun)}"
        self.begun[name] = dict(given)
        return {"file_id": name, "upload_url": f"{url}/upload/{name}"}

    async def take(self, request: web.Request) -> web.Response:
        """Take the bytes."""
        if self.refuses is not None:
            return web.Response(status=self.refuses)
        file = self.begun[request.match_info["name"]]
        file["bytes"] = await request.read()
        assert len(file["bytes"]) == int(file["length"])
        return web.Response(text=f"OK - {file['length']}")

    def complete(self, given: dict[str, Any]) -> dict[str, Any]:
        files = json.loads(given["files"]) if isinstance(given["files"], str) else given["files"]
        where = {name: given.get(name) for name in ("channel_id", "thread_ts")}
        self.shared += [self.begun[file["id"]] | {"title": file["title"]} | where for file in files]
        return {"files": [{"id": file["id"]} for file in files]}
