"""A life of the app's files under one harm after the other, and what was lost of it: the tests of faults run it.

Usage: `python -m tests.faults.sweep LIFE,LIFE ADDRESS FOLDER HOW_MANY SEED`. It has one thread, so that it may fork; it
prints a JSON object with the number of `calls` that the lives make, the number of harms `tried`, and `faults`, a text
for each harm after which not everything was as it must be. HOW_MANY harms of a life are drawn with the seed; 0 means
all there are. One more word, the name of a call, means each such call once with an I/O error, and nothing else. It
ends with the status 77 where the machine does not let a process be watched.
"""

import errno
import logging
import shutil
import sys
from pathlib import Path
from random import Random

import msgspec

import personal_app.store.cache  # noqa: F401 (each fork would import it anew)
from tests.faults.kernel import Call, Harm, Outcome, possible, run
from tests.faults.lives import LIVES, Life, stands
from tests.faults.story import allowed, felt_too_often, lost, misspoken, read_story

NOT_POSSIBLE = 77
_KINDS: tuple[tuple[int | None, bool], ...] = ((errno.EIO, False), (errno.ENOSPC, True), (None, False))


class _Ears(logging.Handler):
    """Has a fault of ours that is only logged told like everything else."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            print(f"it logged: {self.format(record)}".replace("\n", " | "), flush=True)


class Found(msgspec.Struct):
    """What a sweep found."""

    calls: int = 0
    tried: int = 0
    faults: list[str] = []


def main() -> None:
    """Sweep."""
    if not possible():
        sys.exit(NOT_POSSIBLE)
    logging.getLogger().addHandler(_Ears())
    found = Found()
    for name in sys.argv[1].split(","):
        home = Path(sys.argv[3]) / name
        home.mkdir()
        one = _sweep(LIVES[name], home, int(sys.argv[4]), int(sys.argv[5]))
        found.calls += one.calls
        found.tried += one.tried
        found.faults += [f"{name}, {fault}" for fault in one.faults]
    print(msgspec.json.encode(found).decode())


def _sweep(life: Life, home: Path, how_many: int, seed: int) -> Found:
    kept = home / "kept"
    kept.mkdir(mode=0o700)
    told = run(lambda: print(msgspec.json.encode(life.prepare(kept)).decode()), kept, None)
    assert told.status == 0, told.printed
    before: dict[str, str] = msgspec.json.decode(told.printed)

    def suffer(harm: Harm | None) -> tuple[Outcome, list[str]]:
        folder = home / "now"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder)
        outcome = run(lambda: life.live(folder), folder, harm)
        return outcome, _faults(outcome, harm, before, folder)

    calm, faults = suffer(None)
    found = Found(calls=len(calm.calls), faults=[f"without any harm: {fault}" for fault in faults])
    harms = [Harm(nth, *kind) for nth, call in enumerate(calm.calls, 1) for kind in _kinds(call)]
    drawn = Random(seed).sample(harms, min(len(harms), how_many or len(harms)))
    for harm in drawn if not faults else ():
        outcome, faults = suffer(harm)
        found.tried += 1
        hit = outcome.calls[harm.nth - 1] if len(outcome.calls) >= harm.nth else "never made"
        found.faults += [f"{harm} ({hit}): {fault}" for fault in faults]
    return found


def _kinds(call: Call) -> tuple[tuple[int | None, bool], ...]:
    if len(sys.argv) > 6:
        return ((errno.EIO, False),) if call.name == sys.argv[6] else ()
    return _KINDS


def _faults(outcome: Outcome, harm: Harm | None, before: dict[str, str], folder: Path) -> list[str]:
    """Return what is not as it must be after a life: what was said, how it ended, and what the next start finds."""
    lines, others = read_story(outcome.printed)
    faults = [f"it said {others[-1][-800:]!r}"] if others else []
    killed = harm is not None and harm.error is None
    if outcome.status != 0 and not killed:
        faults.append(f"it ended with status {outcome.status}")
    faults += [f"this is no sentence: {text}" for text in misspoken(lines)]
    if harm is None and any(line.said == "told" for line in lines):
        faults.append("something was refused")
    if harm is not None and harm.error and not harm.lasting:
        faults += felt_too_often(lines)
    after = run(lambda: print(msgspec.json.encode(stands(folder)).decode()), folder, None)
    try:
        found: dict[str, str] = msgspec.json.decode(after.printed.splitlines()[-1])
    except (msgspec.DecodeError, IndexError):
        return [*faults, f"the next start failed: {after.printed.strip().splitlines()[-1][-400:]}"]
    return faults + lost(allowed(before, lines), found)


if __name__ == "__main__":
    main()
