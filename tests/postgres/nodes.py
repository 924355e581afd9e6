"""Nodes: server processes that share one database, each with a data folder of its own."""

from pathlib import Path

from tests.wire.server_process import ServerProcess


class Nodes:
    """The nodes that were started, in their order."""

    def __init__(self, conference: Path, folder: Path, url: str) -> None:
        self.all: list[ServerProcess] = []
        self.conference = conference
        self._folder = folder
        self.url = url

    def start(self, *options: str, environment: dict[str, str] | None = None) -> ServerProcess:
        """Start one more, told of the database on its command line or else by what its environment has in addition."""
        data = self._folder / f"node-{len(self.all)}"
        database = () if environment else ("--database", self.url)
        node = ServerProcess(self.conference, data, *database, *options, environment=environment)
        self.all.append(node)
        return node.start()

    @property
    def log(self) -> str:
        """What all of them have logged."""
        return "".join(node.log.read_text() for node in self.all)

    def close(self) -> None:
        """End all that still run."""
        for node in self.all:
            node.close()
