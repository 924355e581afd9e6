"""What the desktop app may be told on its command line. Must never open anything, nor import what starts slowly."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, NoReturn

from PySide6.QtCore import QStandardPaths

from personal_app.player.kinds import EngineKind

DEFAULT_PROFILE = "default"


class FirstWindow(StrEnum):
    """Which window is in front at the start."""

    MAIN = "main"
    CHAIR = "chair"
    AUTHOR = "author"


class Look(StrEnum):
    """Light, dark, or as the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Rectangle(NamedTuple):
    """A place on the screen, in device-independent pixels."""

    x: int
    y: int
    width: int
    height: int


class Arguments(NamedTuple):
    """What was asked for; empty strings and None where nothing was."""

    profile: Path
    address: str = ""
    name: str = ""
    invitation: str = ""
    engine: EngineKind | None = None
    look: Look = Look.SYSTEM
    window: FirstWindow = FirstWindow.MAIN
    geometry: Rectangle | None = None


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """Return what `argv` (without the program's name) asks for; where it is wrong, say so on stderr and exit with 2."""
    if not argv:
        return Arguments(profile=profile_folder(DEFAULT_PROFILE))
    # Whoever just starts the program does not wait for a parser.
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            print(f"personal-app: {message}. Try personal-app --help.", file=sys.stderr)
            sys.exit(2)

    parser = Parser(prog="personal-app", description="The desktop app of a virtual conference.")
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help="a profile's name, or a folder that holds one")
    parser.add_argument("--address", default="", help="join this conference at the start: http://host:port")
    parser.add_argument("--name", default="", help="the name to join with")
    parser.add_argument("--invitation", default="", help="an invitation's code, for chairs, authors and organizers")
    parser.add_argument("--engine", choices=[kind.value for kind in EngineKind], help="what plays recordings")
    parser.add_argument("--look", choices=[look.value for look in Look], default=Look.SYSTEM.value)
    parser.add_argument("--window", choices=[w.value for w in FirstWindow], default=FirstWindow.MAIN.value)
    parser.add_argument("--geometry", type=_rectangle, help="where the window goes: X,Y,WIDTH,HEIGHT")
    found = parser.parse_args(argv)
    return Arguments(
        profile=profile_folder(found.profile),
        address=found.address,
        name=found.name,
        invitation=found.invitation,
        engine=EngineKind(found.engine) if found.engine else None,
        look=Look(found.look),
        window=FirstWindow(found.window),
        geometry=found.geometry,
    )


def profile_folder(profile: str) -> Path:
    """Return the folder of a profile: a name lives with the person's other data, anything with a slash is a path."""
    if "/" in profile or "\\" in profile:
        return Path(profile).expanduser().absolute()
    persons_data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(persons_data) / "PeRSonAl" / "profiles" / profile


def _rectangle(text: str) -> Rectangle:
    numbers = [int(part) for part in text.split(",")]
    if len(numbers) != 4 or min(numbers[2:]) < 1:
        raise ValueError(text)
    return Rectangle(*numbers)
