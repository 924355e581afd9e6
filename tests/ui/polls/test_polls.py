"""Polls on the screen: voting and reading the result beside the questions, making and closing in the chair's window."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId, PollId, Revision, Tally
from personal_app.conference.messages import Changes, Command, Done, Mine, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.polls import PollCount, PollState
from personal_app.conference.questions import Move
from personal_app.conference.rows import PollMoveRow, PollRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.receipts import Receipt
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.polls import wording
from personal_app.ui.polls.window import PollsDialog
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.tokens import Look
from tests.factories import random_like
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
Picture = Callable[..., Path]
CHAIR = Grant(Role.CHAIR, RESEARCH)
POLL = PollId(random_like("poll"))
OPTIONS = (
    "On one GPU",
    "On several GPUs of one machine, with the embedding tables cut by rows",
    "On the CPU & only there",
)


def tell(
    bench: Workbench,
    state: PollState = PollState.OPEN,
    *,
    count: tuple[int, ...] | None = None,
    mine: tuple[int, ...] = (),
    multiple: bool = False,
    results: bool = False,
    history: tuple[PollMoveRow, ...] = (),
) -> None:
    """Let the server tell of a poll of the whole session, its result and the person's ballot."""
    questions = bench.services.questions
    revision, tally = Revision(questions.board.revision + 1), Tally(questions.reach[1] + 1)
    row = PollRow(
        id=POLL,
        session=RESEARCH,
        revision=revision,
        state=state,
        text="Where do you train your recommendation models?",
        options=OPTIONS,
        multiple=multiple,
        made_at=bench.clock.now,
        results=results or state is PollState.CLOSED,
        history=history,
    )
    counts = (PollCount(POLL, sum(count), count),) if count is not None else ()
    changes = Changes(revision=revision, tally=tally, set=(row,), poll_counts=counts)
    own = Mine(revision=revision, tally=tally, ballots=((POLL, mine),)) if mine else None
    questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=own)])


@pytest.fixture
def panel(make_services: Make, qtbot: QtBot) -> tuple[QuestionPanel, Workbench]:
    bench = make_services(now=DURING_RESEARCH)
    made = QuestionPanel(bench.services)
    qtbot.addWidget(made)
    made.show_talk(MIXED)
    made.resize(360, 700)
    made.show()
    return made, bench


def button(within: object, name: str) -> QPushButton:
    found: QPushButton | None = within.findChild(QPushButton, name)  # type: ignore[attr-defined]
    assert found is not None
    return found


def test_a_vote_is_cast_and_the_result_shows_once_it_is_told(panel: tuple[QuestionPanel, Workbench]) -> None:
    made, bench = panel
    tell(bench)
    card = made.polls.card
    assert made.polls.isVisible()
    vote = button(card, "poll_vote")
    assert not vote.isEnabled()
    choices = card._choices
    choices[0].button.click()
    choices[1].button.click()
    assert [choice.button.isChecked() for choice in choices] == [False, True, False]
    vote.click()
    (wish,) = bench.outside.sent
    assert wish.command.do == do.Ballot(poll=POLL, options=(1,))
    assert not vote.isVisible()
    assert "on its way" in card._hint.text()
    tell(bench, count=(12, 28, 1), mine=(1,))
    assert card._state.text() == "Open · 41 people voted"
    assert [bar.accessibleName() for bar in card._bars] == [
        "On one GPU: 12 of 41",
        f"{OPTIONS[1]}: 28 of 41, your choice",
        "On the CPU & only there: 1 of 41",
    ]


def test_a_choice_that_is_not_sent_yet_stays_while_other_things_change(panel: tuple[QuestionPanel, Workbench]) -> None:
    made, bench = panel
    tell(bench, multiple=True)
    for choice in made.polls.card._choices[:2]:
        choice.button.click()
    tell(bench, multiple=True)
    assert made.polls.card._chosen() == (0, 1)


def test_a_vote_is_changed_while_the_poll_is_open(panel: tuple[QuestionPanel, Workbench]) -> None:
    made, bench = panel
    tell(bench, count=(1, 0, 0), mine=(0,))
    button(made.polls.card, "poll_change").click()
    assert made.polls.card._chosen() == (0,)
    made.polls.card._choices[2].button.click()
    button(made.polls.card, "poll_vote").click()
    assert bench.outside.sent[-1].command.do == do.Ballot(poll=POLL, options=(2,))
    assert bench.services.questions.board.polls[0].count == PollCount(POLL, 1, (0, 0, 1))
    tell(bench, PollState.CLOSED, count=(1, 0, 0), mine=(0,))
    assert not button(made.polls.card, "poll_change").isVisible()


def test_a_poll_that_is_taken_back_leaves_the_screen(panel: tuple[QuestionPanel, Workbench]) -> None:
    made, bench = panel
    tell(bench)
    gone = PollRow(id=POLL, session=RESEARCH, revision=Revision(10_000), state=PollState.DRAFT)
    changes = Changes(revision=Revision(10_000), tally=Tally(10_000), set=(gone,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    assert not made.polls.isVisible()


def test_a_chair_makes_a_poll_and_opens_it(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    console.show()
    console.polls.click()
    (dialog,) = console.findChildren(PollsDialog)
    dialog.text.write("Which one?")
    dialog.options.write("This\n\nThis")
    button(dialog, "poll_open_now").click()
    assert bench.outside.sent == []
    assert "different options" in dialog._detail.text()
    dialog.options.write("This\nThat")
    button(dialog, "poll_open_now").click()
    made, opened = (wish.command.do for wish in bench.outside.sent)
    assert isinstance(made, do.MakePoll)
    assert (made.session, made.talk, made.options) == (RESEARCH, None, ("This", "That"))
    assert opened == do.OpenPoll(poll=made.poll)
    (poll,) = bench.services.questions.board.polls_of(RESEARCH)
    assert poll.row.state is PollState.OPEN


def test_a_refused_poll_comes_back_to_be_written_again(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    bench.connect()
    talk = bench.show_program().talk(MIXED)
    assert talk is not None
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    dialog = PollsDialog(bench.services, RESEARCH, [talk], console)
    questions = bench.services.questions

    def write_and_refuse() -> None:
        dialog.text.write("Which one?")
        dialog.options.write("This\nThat")
        dialog.about.setCurrentIndex(1)
        dialog.multiple.setChecked(True)
        button(dialog, "poll_open_now").click()
        assert "Everyone" not in dialog._detail.text()
        dialog.about.setCurrentIndex(0)
        made = bench.outside.sent[-2].command
        questions.take_refused(
            Refused(id=CommandId(made.id), code=RefusalCode.INVALID, final=True, detail="There are 100 polls.")
        )

    write_and_refuse()
    assert (dialog.text.text, dialog.options.text) == ("Which one?", "This\nThat")
    assert (dialog.about.currentIndex(), dialog.multiple.isChecked()) == (1, True)
    assert dialog._detail.text() == "There are 100 polls."
    assert [*questions.receipts.kept] == []
    dialog.close()
    wanted = do.MakePoll(poll=random_like("made"), session=RESEARCH, text="From before?", options=("Yes", "No"))
    kept = Receipt(Command(id=random_like("c"), do=wanted), "There are 100 polls.", final=True)
    questions.receipts.take_kept([kept])
    again = PollsDialog(bench.services, RESEARCH, [talk], console)
    assert (again.text.text, again.options.text) == ("From before?", "Yes\nNo")
    assert [*questions.receipts.kept] == []
    later = msgspec.structs.replace(kept, command=Command(id=random_like("d"), do=wanted))
    questions.receipts.take_kept([later])
    assert "when you open this window again" in again._detail.text()
    assert [*questions.receipts.kept] == [later]


def test_that_everyone_sees_a_poll_is_said_when_they_do(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    bench.connect()
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    dialog = PollsDialog(bench.services, RESEARCH, [], console)
    dialog.text.write("Which one?")
    dialog.options.write("This\nThat")
    button(dialog, "poll_open_now").click()
    assert dialog._detail.text() == "It is on its way."
    questions = bench.services.questions
    (drawn,) = questions.board.polls_of(RESEARCH)
    for place, state in enumerate((PollState.DRAFT, PollState.OPEN)):
        made = bench.outside.sent[-1 if place else -2].command
        revision, tally = Revision(questions.board.revision + 1), questions.reach[1]
        row = msgspec.structs.replace(drawn.row, revision=revision, state=state)
        questions.take_done(Done(id=CommandId(made.id), revision=revision, tally=tally))
        questions.take_changes(
            [Applied(resume=ResumePoint(), changes=Changes(revision=revision, tally=tally, set=(row,)), mine=None)]
        )
    assert dialog._detail.text() == "Everyone sees it now."


def test_a_chair_closes_undoes_and_discards(make_services: Make) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    polls = bench.services.questions.polls
    at = bench.clock.now
    opened = PollMoveRow(
        revision=Revision(7), move=Move.OPEN_POLL, at=at, source=PollState.DRAFT, target=PollState.OPEN
    )
    tell(bench, count=(2, 1, 0), results=True, history=(opened,))
    revision = bench.services.questions.board.polls[0].row.revision
    polls.undo(POLL)
    polls.close(POLL)
    polls.discard(POLL)
    polls.undo(PollId(random_like("none")))
    sent = [(type(wish.command.do), wish.command.seen) for wish in bench.outside.sent]
    assert sent[0] == (do.UndoPoll, None)
    assert (do.ClosePoll, None) in sent
    assert (do.DiscardPoll, None) in sent
    fresh = make_services(CHAIR, now=DURING_RESEARCH)
    tell(fresh)
    fresh.services.questions.polls.close(POLL)
    assert fresh.outside.sent[0].command.seen == revision


def test_what_a_chair_discarded_stays_in_the_window_until_that_is_undone(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    dialog = PollsDialog(bench.services, RESEARCH, [], console)
    qtbot.addWidget(dialog)
    dialog.show()
    discarded = PollMoveRow(
        revision=Revision(9),
        move=Move.DISCARD_POLL,
        at=bench.clock.now,
        source=PollState.CLOSED,
        target=PollState.DISCARDED,
        by="Chiara",
    )
    tell(bench, PollState.DISCARDED, count=(2, 1, 0), results=True, history=(discarded,))
    (entry,) = dialog._entries.values()
    assert entry._card._state.text() == "Discarded, shown to chairs alone · 3 people voted"
    assert entry._card._bars == []
    assert [word for word, each in entry._buttons.items() if not each.isHidden()] == ["undo"]
    button(entry, "poll_undo").click()
    assert bench.outside.sent[-1].command.do == do.UndoPoll(poll=POLL, moves=(Revision(9),))
    assert not button(entry, "poll_undo").isEnabled()
    tell(bench, PollState.CLOSED, count=(2, 1, 0), results=True)
    assert len(entry._card._bars) == len(OPTIONS)


def test_what_was_done_to_a_poll_in_words() -> None:
    moves = (Move.MAKE_POLL, Move.OPEN_POLL, Move.UNDO_POLL, Move.OPEN_POLL, Move.CLOSE_POLL)
    history = [
        PollMoveRow(
            revision=Revision(number),
            move=move,
            at=DURING_RESEARCH,
            source=PollState.DRAFT,
            target=PollState.OPEN,
            by="" if move is Move.CLOSE_POLL else "Ada",
        )
        for number, move in enumerate(moves, 1)
    ]
    assert wording.done(()) == ""
    assert wording.done(history[:3]) == "Ada wrote it, Ada opened it, Ada undid that"
    assert wording.done(history) == "…, Ada opened it, Ada undid that, Ada opened it, A chair closed it"


@pytest.mark.parametrize(("votes", "number", "words"), [(0, 0, "0 · 0 %"), (12, 41, "12 · 29 %"), (3, 3, "3 · 100 %")])
def test_shares_in_words(votes: int, number: int, words: str) -> None:
    assert wording.share(votes, number) == words


# -- pictures ------------------------------------------------------------------------------------------------------


def test_pictures(make_services: Make, look: Look, picture: Picture) -> None:
    bench = make_services(now=DURING_RESEARCH)
    panel = QuestionPanel(bench.services)
    panel.show_talk(MIXED)
    tell(bench)
    picture(panel, f"poll-open-{look}", 360, 700)
    tell(bench, count=(12, 28, 1), mine=(1,))
    picture(panel, f"poll-voted-{look}", 360, 700)
    assert panel.polls.shown == POLL


def test_picture_of_the_window(make_services: Make, look: Look, picture: Picture) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    bench.services.questions.polls.make(RESEARCH, MIXED, "Which table size do you use?", ("Below 1 GB", "1 to 100 GB"))
    history = tuple(
        PollMoveRow(
            revision=Revision(number),
            move=move,
            at=DURING_RESEARCH,
            source=PollState.DRAFT,
            target=PollState.OPEN,
            by="Samuel Hsia",
        )
        for number, move in enumerate((Move.MAKE_POLL, Move.OPEN_POLL, Move.CLOSE_POLL, Move.UNDO_POLL))
    )
    tell(bench, count=(12, 28, 1), results=True, history=history)
    console = ChairConsole(bench.services)
    dialog = PollsDialog(bench.services, RESEARCH, [], console)
    picture(dialog, f"polls-window-{look}", 560, 720)
    assert len(dialog._entries) == 2
    tell(bench, PollState.DISCARDED, count=(12, 28, 1), results=True)
    picture(dialog, f"polls-window-discarded-{look}", 560, 720)
