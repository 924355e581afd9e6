"""Speaks a talk with espeak-ng and knows when each sentence begins and ends.

Every sentence is spoken on its own, so that its place in time is measured and not guessed. Must never draw.
"""

import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import msgspec
from talks import Talk

#: What espeak-ng writes: 16-bit mono samples at this rate.
RATE = 22_050
FRAMES_PER_SECOND = 30

LEAD_MS = 700
AFTER_SENTENCE_MS = 380
AFTER_SLIDE_MS = 900
TAIL_MS = 1_500

#: How words are to be said where espeak-ng would stumble; captions and slides keep the spelling.
SAID = {
    "PeRSonAl": "personal",
    "DeepRecSys": "deep reck siss",
    "GPUs": "G P ewes",
    "GPU": "G P U",
    "SSDs": "S S dees",
    "SSD": "S S D",
    "Q&A": "Q and A",
    "2020": "twenty twenty",
}


class Spoken(msgspec.Struct, frozen=True):
    """A sentence in time, and which slide (from 1) with how many of its points is seen meanwhile."""

    start_ms: int
    end_ms: int
    text: str
    slide: int
    shown: int


class Speech(msgspec.Struct, frozen=True):
    """A spoken talk: its sentences, its samples, and its length, a whole number of pictures."""

    sentences: tuple[Spoken, ...]
    samples: bytes
    duration_ms: float


def speak(talk: Talk, folder: Path) -> Speech:
    """Return `talk` spoken; `folder` is for files in between. Raises CalledProcessError where espeak-ng fails."""
    sentences: list[Spoken] = []
    samples = bytearray(_silence(LEAD_MS))
    previous = 1
    for slide, shown, text in _script(talk):
        if slide != previous:
            samples += _silence(AFTER_SLIDE_MS - AFTER_SENTENCE_MS)
        previous = slide
        start_ms = _length_ms(samples)
        samples += _voice(talk, text, folder / "sentence.wav")
        sentences.append(Spoken(round(start_ms), round(_length_ms(samples)), text, slide, shown))
        samples += _silence(AFTER_SENTENCE_MS)
    samples += _silence(TAIL_MS)
    # Picture and sound are to end together: fill up to a whole picture.
    pictures = -(-len(samples) // 2 * FRAMES_PER_SECOND // RATE)
    samples += bytes(pictures * RATE // FRAMES_PER_SECOND * 2 - len(samples))
    return Speech(tuple(sentences), bytes(samples), pictures * 1000 / FRAMES_PER_SECOND)


def write_wave(speech: Speech, path: Path) -> None:
    """Write the samples as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(speech.samples)


def _script(talk: Talk) -> Iterator[tuple[int, int, str]]:
    for text in talk.opening:
        yield 1, 0, text
    for number, slide in enumerate(talk.slides, start=2):
        for shown, point in enumerate(slide.points, start=1):
            for text in point.spoken:
                yield number, shown, text


def _voice(talk: Talk, text: str, path: Path) -> bytes:
    said = text
    for written, spoken in SAID.items():
        said = said.replace(written, spoken)
    command = ["espeak-ng", "-v", talk.voice, "-s", str(talk.pace), "-p", str(talk.pitch), "-w", str(path), said]
    subprocess.run(command, check=True)
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"espeak-ng wrote {file.getparams()}, and 16-bit mono at {RATE} Hz was expected")
        return _trimmed(file.readframes(file.getnframes()))


def _trimmed(samples: bytes) -> bytes:
    """Return `samples` without the silence at both ends, so that captions are on time."""
    loud = [index for index in range(0, len(samples) - 1, 2) if abs(_sample(samples, index)) > 200]
    return samples[max(loud[0] - 400, 0) & ~1 : loud[-1] + 1_600] if loud else samples


def _sample(samples: bytes, index: int) -> int:
    return int.from_bytes(samples[index : index + 2], "little", signed=True)


def _silence(length_ms: int) -> bytes:
    return bytes(length_ms * RATE // 1000 * 2)


def _length_ms(samples: bytearray) -> float:
    return len(samples) / 2 * 1000 / RATE
