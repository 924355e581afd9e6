"""Nodes: server processes that share one database, each with a data folder of its own."""

from pathlib import Path

from tests.wire.server_process import ServerProcess


class Nodes:
    """The nodes that were started, in their order."""

    def __init__(self, conference: Path, folder: Path, url: str) -> None:
        self.all: list[ServerProcess] = []
        self._conference = conference
        self._folder = folder
        self._url = url

    def start(self, url: str = "") -> ServerProcess:
        """Start one more, over another way to the database where one is given."""
        data = self._folder / f"node-{len(self.all)}"
        node = ServerProcess(self._conference, data, "--database", url or self._url)
        self.all.append(node)
        return node.start()

    def close(self) -> None:
        """End all that still run."""
        for node in self.all:
            node.close()
