"""An API server as far as lists go: enough of HTTP to answer what a read of our objects asks."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

PLURALS = {"AppRunnerService": "apprunnerservices", "Budget": "budgets", "Database": "databases", "Network": "networks"}
GROUP = "/apis/trueup.dev/v1alpha1"
PAGE_SIZE = 2


def use(server: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KUBECONFIG names the server, with `staging` as the context's namespace."""
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "one", "cluster": {"server": server}}],
        "users": [{"name": "me", "user": {"token": "secret"}}],
        "contexts": [{"name": "here", "context": {"cluster": "one", "user": "me", "namespace": "staging"}}],
    }
    (folder / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
    monkeypatch.setenv("KUBECONFIG", str(folder / "kubeconfig"))


class Asked(Protocol):
    """What was asked of the server: each path with its query."""

    url: str
    paths: list[str]


class _Server:
    def __init__(self, url: str) -> None:
        self.url = url
        self.paths: list[str] = []


@contextmanager
def api_server(objects: list[dict[str, Any]], status: int = 200) -> Generator[Asked]:
    """A server on loopback that lists these objects, two a page; with another `status` it only refuses."""
    seen = _Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.paths.append(self.path)
            code, body = _answer(objects, self.path) if status == 200 else (status, {"reason": "Because"})
            payload = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def _answer(objects: list[dict[str, Any]], path: str) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(path)
    if parts.path.startswith("/api/v1/namespaces/"):
        return 200, {"metadata": {"name": parts.path.rsplit("/", 1)[1], "annotations": {}}}
    query = parse_qs(parts.query)
    steps = parts.path.removeprefix(f"{GROUP}/").split("/")
    namespace = steps[1] if steps[0] == "namespaces" else None
    wanted = [
        item
        for item in objects
        if PLURALS[item["kind"]] == steps[-1] and namespace in (None, item["metadata"]["namespace"])
    ]
    begin = int(query.get("continue", ["0"])[0])
    page = wanted[begin : begin + PAGE_SIZE]
    more = str(begin + PAGE_SIZE) if begin + PAGE_SIZE < len(wanted) else ""
    return 200, {"metadata": {"continue": more}, "items": [{k: v for k, v in i.items() if k != "kind"} for i in page]}
