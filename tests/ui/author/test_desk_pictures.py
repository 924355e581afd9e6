"""What the author's desk looks like, in both looks: pictures under build/screens/ to be looked at."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from personal_app.conference.ids import AnswerId, ParticipantId, PersonId, Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import Grant, Role
from personal_app.conference.rows import AnswerRow, DraftRow, Row
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.connection import ConnectionKind
from personal_app.ui.author.desk import HEIGHT, WIDTH, AuthorDesk
from personal_app.ui.author.inbox import Filter
from personal_app.ui.tokens import Look
from tests.ui.demo import CAUSALITY, DEEPRECSYS, DURING_RESEARCH, MIXED, question_id
from tests.ui.workbench import Workbench

Picture = Callable[..., Path]
AUTHOR = Grant(Role.AUTHOR, MIXED)
OTHER = Grant(Role.AUTHOR, DEEPRECSYS)


def test_two_talks_with_a_draft(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    desk = AuthorDesk(make_services(AUTHOR, OTHER, now=DURING_RESEARCH).services)
    desk.choose(question_id(6))
    desk.detail.editor.box.setPlainText("Yes, in principle. We tried it for the largest tables and")
    picture(desk, f"author-{look}", WIDTH, HEIGHT)
    assert desk.cue_strip.words == "Up next is a question about your talk"


def test_answered_offline(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services(AUTHOR, now=DURING_RESEARCH)
    desk = AuthorDesk(bench.services)
    bench.connect(ConnectionKind.OFFLINE, waiting=1)
    desk._filters[Filter.ANSWERED].click()
    desk.choose(question_id(13))
    picture(desk, f"author-answered-{look}", 1024, 640)
    assert desk.list.cards.rowCount() == 1


def test_up_next(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services(Grant(Role.AUTHOR, CAUSALITY), now=DURING_RESEARCH)
    desk = AuthorDesk(bench.services)
    bench.services.questions.offer(question_id(1))
    picture(desk, f"author-up-next-{look}", WIDTH, HEIGHT)
    assert desk.cue_strip.words == "You are up next"


def test_asked_to_answer(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services(AUTHOR, now=DURING_RESEARCH)
    bench.join(AUTHOR, name="Tony Ginart")
    questions = bench.services.questions
    questions.finish(question_id(5))
    for number in (6, 7, 15):
        questions.unqueue(question_id(number))
    questions.assign(question_id(8), PersonId("tony-ginart"))
    questions.follow_up(question_id(8))
    desk = AuthorDesk(bench.services)
    desk.choose(question_id(8))
    picture(desk, f"author-assigned-{look}", WIDTH, HEIGHT)
    assert desk.cue_strip.words == "A chair asks you to answer this one"


def test_no_author(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    desk = AuthorDesk(make_services().services)
    picture(desk, f"author-of-nothing-{look}", 900, 560)


def test_nothing_asked(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    desk = AuthorDesk(make_services(AUTHOR, questions=False).services)
    picture(desk, f"author-empty-{look}", WIDTH, HEIGHT)
    assert desk.question is None


def _beside(bench: Workbench, *rows: Row) -> None:
    changes = Changes(revision=rows[-1].revision, tally=Tally(0), set=rows)
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def test_written_together(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services(AUTHOR, now=DURING_RESEARCH)
    bench.connect()
    desk = AuthorDesk(bench.services)
    desk.choose(question_id(8))
    desk.detail.editor.box.setPlainText("It does. Quantization works on each table by itself, so")
    bench.services.shared_drafts.write(question_id(8), desk.detail.editor.box.text)
    revision = Revision(bench.services.questions.board.revision + 1)
    written = AnswerRow(
        id=AnswerId("answer-0000000000000000"),
        question=question_id(8),
        writer="Ada Ginart",
        text="In part: the tables of the rare features lose nothing, the others a little.",
        written_at=bench.clock.now - timedelta(minutes=3),
        revision=revision,
        by_author=True,
        edited=True,
        participant=ParticipantId("ada"),
    )
    draft = DraftRow(
        question=question_id(8),
        text="Yes: both compress along other lines, and the errors add up rather than multiply.",
        by="Maxim Naumov",
        participant=ParticipantId("maxim"),
        at=bench.clock.now,
        revision=revision,
    )
    _beside(bench, written, draft)
    picture(desk, f"author-together-{look}", WIDTH, HEIGHT)
    assert desk.detail.editor.others.words.startswith("Maxim Naumov has written on this answer too.")
