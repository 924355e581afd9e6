"""Files beside the database: recordings that are there as they should be, and small files known by their hash."""

import hashlib
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import RecordingId, Sha256
from personal_app.store.inspection import reader
from personal_app.store.layout import cache_file, recordings_folder
from personal_app.store.store import Store
from personal_app.store.values import KeptRecording
from tests.store.conftest import OpenStore
from tests.store.material import CLOSE_S, RESULT_S

FILM = b"a film of twenty-six bytes"


def kept(folder: Path, name: str = "opening", data: bytes = FILM, *, by_hand: bool = False) -> KeptRecording:
    path = recordings_folder(folder) / f"{hashlib.sha256(data).hexdigest()}.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    sha256 = Sha256(hashlib.sha256(data).hexdigest())
    return KeptRecording(
        recording=RecordingId(name), sha256=sha256, path=path, size_bytes=len(data), saved_by_hand=by_hand
    )


def test_a_recording_is_known_across_restarts_until_it_is_forgotten(folder: Path, open_store: OpenStore) -> None:
    store, recording = open_store(), kept(folder, by_hand=True)
    store.keep_recording(recording)
    store = open_store()
    assert store.recordings().result(RESULT_S) == (recording,)
    store.forget_recording(recording.recording).result(RESULT_S)
    store.forget_recording(recording.recording).result(RESULT_S)
    assert store.recordings().result(RESULT_S) == ()
    assert not recording.path.exists()


def test_the_newest_word_on_a_recording_counts(store: Store, folder: Path) -> None:
    store.keep_recording(kept(folder))
    newer = kept(folder, data=b"another cut", by_hand=True)
    store.keep_recording(newer)
    assert store.recordings().result(RESULT_S) == (newer,)


def test_a_file_that_two_recordings_share_stays_for_the_other(store: Store, folder: Path) -> None:
    first, second = kept(folder, "first"), kept(folder, "second")
    store.keep_recording(first)
    store.keep_recording(second)
    store.forget_recording(first.recording).result(RESULT_S)
    assert store.recordings().result(RESULT_S) == (second,)
    assert second.path.exists()


@pytest.mark.parametrize("harm", ["missing", "cut", "a folder"])
def test_a_file_that_is_not_there_as_it_should_be_is_not_told(store: Store, folder: Path, harm: str) -> None:
    recording = kept(folder)
    store.keep_recording(recording).result(RESULT_S)
    if harm == "cut":
        recording.path.write_bytes(FILM[:-1])
    else:
        recording.path.unlink()
    if harm == "a folder":
        recording.path.mkdir()
    assert store.recordings().result(RESULT_S) == ()


def test_the_folder_can_be_moved(store: Store, folder: Path, tmp_path: Path) -> None:
    store.keep_recording(kept(folder))
    assert store.close(CLOSE_S)
    copytree(folder, tmp_path / "moved")
    moved = Store(tmp_path / "moved")
    (found,) = moved.recordings().result(RESULT_S)
    assert moved.close(CLOSE_S)
    assert found.path.is_relative_to(tmp_path / "moved")
    assert found.path.read_bytes() == FILM


def test_a_file_outside_of_the_folder_is_none_of_ours(store: Store, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "stray.mp4").write_bytes(FILM)
    stray = KeptRecording(
        recording=RecordingId("stray"), sha256=Sha256("0" * 64), path=tmp_path / "stray.mp4", size_bytes=len(FILM)
    )
    with pytest.raises(ValueError, match="stray"):
        store.keep_recording(stray).result(RESULT_S)
    inside = kept(folder)
    store.keep_recording(inside).result(RESULT_S)
    for path in ("../../stray.mp4", str(tmp_path / "stray.mp4")):
        store._do(lambda cache, path=path: cache._database.plain.execute("UPDATE recordings SET path = ?", (path,)))  # type: ignore[misc]
        assert store.recordings().result(RESULT_S) == ()


def test_paths_are_kept_without_the_folder(store: Store, folder: Path) -> None:
    store.keep_recording(kept(folder))
    assert store.close(CLOSE_S)
    with closing(reader(cache_file(folder))) as connection:
        ((path,),) = connection.execute("SELECT path FROM recordings")
    assert path == f"{hashlib.sha256(FILM).hexdigest()}.mp4"


def test_a_file_that_cannot_be_removed_is_told_of_and_forgotten_all_the_same(store: Store, folder: Path) -> None:
    recording = kept(folder)
    store.keep_recording(recording).result(RESULT_S)
    recording.path.unlink()
    recording.path.mkdir()
    with pytest.raises(EnvironmentTrouble):
        store.forget_recording(recording.recording).result(RESULT_S)
    recording.path.rmdir()
    recording.path.write_bytes(FILM)
    assert store.recordings().result(RESULT_S) == ()


def test_a_small_file_is_known_by_its_hash(store: Store, open_store: OpenStore) -> None:
    data = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello"
    sha256 = Sha256(hashlib.sha256(data).hexdigest())
    assert store.side_file(sha256).result(RESULT_S) is None
    store.keep_side_file(sha256, data)
    store.keep_side_file(sha256, data)
    assert open_store().side_file(sha256).result(RESULT_S) == data


def test_a_small_file_with_other_bytes_is_refused_and_a_damaged_one_is_as_good_as_none(
    store: Store, folder: Path
) -> None:
    sha256 = Sha256(hashlib.sha256(FILM).hexdigest())
    with pytest.raises(ValueError, match="do not have the hash"):
        store.keep_side_file(sha256, b"other bytes").result(RESULT_S)
    store.keep_side_file(sha256, FILM).result(RESULT_S)
    (folder / "side" / sha256).write_bytes(b"damaged")
    assert store.side_file(sha256).result(RESULT_S) is None


@pytest.mark.parametrize("name", ["../cache.sqlite", "", "/etc/hostname", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash_is_no_file(store: Store, name: str) -> None:
    assert store.side_file(Sha256(name)).result(RESULT_S) is None


def test_small_files_that_are_not_wanted_any_more_go(store: Store, folder: Path) -> None:
    assert store.keep_only_side_files(()).result(RESULT_S) == 0
    hashes = []
    for text in (b"one", b"two"):
        hashes.append(Sha256(hashlib.sha256(text).hexdigest()))
        store.keep_side_file(hashes[-1], text).result(RESULT_S)
    (folder / "side" / f"{hashes[0]}.part").write_bytes(b"half")
    assert store.keep_only_side_files({hashes[0]}).result(RESULT_S) == 2
    assert store.side_file(hashes[0]).result(RESULT_S) == b"one"
    assert store.side_file(hashes[1]).result(RESULT_S) is None
    assert [file.name for file in (folder / "side").iterdir()] == [hashes[0]]
