"""The command line: what it may say, and the sentence where it says something else."""

from pathlib import Path

import pytest

from personal_app.bootstrap.arguments import FirstWindow, Look, Rectangle, parse_arguments, profile_folder
from personal_app.player.choice import EngineKind


def test_nothing_said_means_the_persons_own_profile() -> None:
    found = parse_arguments([])
    assert found.profile.name == "default"
    assert found.profile.is_absolute()
    assert (found.address, found.invitation, found.engine, found.geometry) == ("", "", None, None)


def test_everything_can_be_said(tmp_path: Path) -> None:
    words = f"--profile {tmp_path}/p/ --address http://h:1 --name Ada --invitation C --engine qt --look dark"
    found = parse_arguments([*words.split(), "--window", "chair", "--geometry", "1,2,300,400"])
    assert found.profile == tmp_path / "p"
    assert (found.address, found.name, found.invitation) == ("http://h:1", "Ada", "C")
    assert (found.engine, found.look, found.window) == (EngineKind.QT, Look.DARK, FirstWindow.CHAIR)
    assert found.geometry == Rectangle(1, 2, 300, 400)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--geometry", "1,2,3"], "--geometry"),
        (["--geometry", "0,0,0,10"], "--geometry"),
        (["--engine", "gramophone"], "gramophone"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_what_is_wrong_is_named_and_the_exit_status_is_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(words)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "--help" in told


def test_a_profile_with_a_slash_is_a_folder() -> None:
    assert profile_folder("./here") == Path("here").absolute()
    assert profile_folder("ada").name == "ada"
