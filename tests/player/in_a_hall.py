"""Plays through libvlc's ALSA output into devices that swallow all, as a process of its own.

python -m tests.player.in_a_hall FILE MS: ALSA reads from ALSA_CONFIG_PATH which devices there are (`configure`). Prints
those that were found, and what libvlc plays on after each step. That one goes is told by libvlc's other outputs alone:
its ALSA output looks for devices once.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from personal_app.player.engine import MediaKind, PlayerState
from personal_app.player.vlc_engine import VlcEngine, VlcLibrary
from tests.player.on_a_screen import wait

CONFIGURATION = """
</usr/share/alsa/alsa.conf>
{devices}
"""
DEVICE = 'pcm.{name} {{ type null hint {{ show on description "{words}" }} }}'


def configure(path: Path, *names: str) -> None:
    """Let ALSA have null devices of these names."""
    devices = "\n".join(DEVICE.format(name=name, words=f"The {name}") for name in names)
    path.write_text(CONFIGURATION.format(devices=f"{devices}\n{DEVICE.format(name='!default', words='Default')}"))


def main(path: Path, duration_ms: int) -> None:
    application = QApplication([])
    library = VlcLibrary(sound=True, picture=False)
    engine = VlcEngine(library)

    def says(device: str) -> None:
        """Wait until libvlc itself says that it plays on that device."""
        wait(lambda: engine._player.audio_output_device_get() == device, f"playing on {device}")
        print(f"on: {device}", flush=True)

    engine.choose_output_device("booth")
    wait(lambda: engine.output_devices, "devices")
    print("found:", *(f"{each.id}={each.name}" for each in engine.output_devices if each.id != "null"), flush=True)
    for _ in range(2):
        engine.load(path, MediaKind.VIDEO, duration_ms)
        wait(lambda: engine.state is PlayerState.PLAYING, "playing")
        says("booth")
    engine.choose_output_device("hall")
    says("hall")
    engine.choose_output_device("")
    says("default")
    engine.choose_output_device("booth")
    says("booth")
    before = engine.position()
    wait(lambda: engine.position() > before + 500, "playing on")
    engine.close()
    ended = QEventLoop()
    QTimer.singleShot(0, ended.quit)
    ended.exec()
    assert engine.wait_closed(10)
    library.release()
    application.processEvents()
    print("released", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
