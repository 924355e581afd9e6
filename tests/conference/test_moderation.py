"""What each move does to a question beyond its state, and which refusals come when."""

from datetime import timedelta

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import ParticipantId, Revision, Tally
from personal_app.conference.moderation import Call, decide
from personal_app.conference.people import Participant
from personal_app.conference.questions import LiveMark, Move, Question, QuestionState, Speaker
from personal_app.conference.register import Decision, Register, VoteChange
from personal_app.conference.speaking_order import ORDER_GAP
from personal_app.conference.text import ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS
from tests.factories import (
    OPENING,
    PAPER_1,
    PAPER_2,
    PAPER_3,
    RESEARCH,
    START,
    aid,
    answer,
    ask,
    author,
    call,
    chair,
    conference,
    organizer,
    participant,
    qid,
    question,
    register,
)

ADA, CHAIR, AMIR = participant("Ada"), chair(), author("Amir")
S = QuestionState


def refusal_of(held: Register, wanted: Call) -> Refusal:
    before = dict(held.questions), dict(held.answers), dict(held.votes)
    with pytest.raises(Refusal) as refused:
        decide(held, wanted)
    assert (dict(held.questions), dict(held.answers), dict(held.votes)) == before
    return refused.value


def after(held: Register, wanted: Call) -> Question:
    """Carry the command out and return its question as it is then."""
    decision = decide(held, wanted)
    held.apply(decision, Tally(held.tally + 1))
    return held.questions[decision.questions[0].id]


def order_of(held: Register) -> list[str]:
    return [each.text.split()[2].strip("?") for each in held.speaking_order(OPENING)]


def queued(*names: str, gap: int = ORDER_GAP) -> Register:
    return register(*(question(name, S.QUEUED, order=(place + 1) * gap) for place, name in enumerate(names)))


# -- asking --------------------------------------------------------------------------------------------------------


def test_a_question_waits_for_a_chair_and_has_no_number_yet() -> None:
    decision = decide(register(), call(ADA, ask(text=" Why? ", position_ms=12_000), revision=7))
    (asked,), (record,) = decision.questions, decision.moves
    assert (asked.state, asked.text, asked.number, asked.position_ms) == (S.PENDING, "Why?", None, 12_000)
    assert (asked.asker, asked.asker_name, asked.anonymous) == (ADA.id, "Ada", False)
    assert (asked.session, asked.revision, asked.moved, asked.shown) == (OPENING, 7, 7, None)
    assert (record.move, record.source, record.target, record.actor) == (Move.ASK, None, S.PENDING, ADA.id)


def test_where_moderation_is_off_it_is_shown_and_numbered_at_once() -> None:
    held = register()
    first = after(held, call(ADA, ask("one", PAPER_3), revision=1))
    second = after(held, call(ADA, ask("two", PAPER_3), revision=2))
    assert [(each.state, each.number, each.shown) for each in (first, second)] == [
        (S.APPROVED, 1, 1),
        (S.APPROVED, 2, 2),
    ]


def test_asking_about_no_talk_or_under_a_used_id_is_refused() -> None:
    nowhere = refusal_of(register(), call(ADA, do.Ask(question=qid("q"), talk="nowhere", text="Why?")))
    assert (nowhere.code, nowhere.detail) == (RefusalCode.UNKNOWN, "There is no talk “nowhere” at this conference.")
    again = refusal_of(register(question()), call(participant("Bea"), ask()))
    assert again.code is RefusalCode.ID_REUSED


@pytest.mark.parametrize("wanted", [ask(text="x" * (QUESTION_CHARS + 1)), ask(text=" "), ask(text="\x07")])
def test_a_text_that_cannot_be_kept_is_refused(wanted: do.Ask) -> None:
    assert refusal_of(register(), call(ADA, wanted)).code is RefusalCode.INVALID


def test_an_edit_replaces_the_text_while_the_question_waits() -> None:
    edited = after(register(question()), call(ADA, do.Edit(question=qid("q"), text=" Better? "), seen=1))
    assert (edited.text, edited.state, edited.moved) == ("Better?", S.PENDING, 100)


@pytest.mark.parametrize("wanted", [do.Edit(question=qid("q"), text="Better?"), do.Withdraw(question=qid("q"))])
def test_the_asker_need_not_have_seen_what_they_take_back(wanted: do.Do) -> None:
    assert after(register(question()), call(ADA, wanted, seen=None)).moved == 100
    stale = refusal_of(register(question(moved=Revision(2))), call(ADA, wanted, seen=1))
    assert stale.code is RefusalCode.CONFLICT


def test_withdrawing_leaves_the_speaking_order_and_ends_the_showing() -> None:
    held = register(question(state=S.QUEUED, offers=(Speaker("Amir", AMIR.id),)))
    withdrawn = after(held, call(ADA, do.Withdraw(question=qid("q")), seen=1))
    assert (withdrawn.state, withdrawn.order, withdrawn.offers, withdrawn.ceased) == (S.WITHDRAWN, None, (), 100)


# -- moderating ----------------------------------------------------------------------------------------------------


def test_numbers_are_spoken_per_talk_in_the_order_of_approval_and_kept() -> None:
    held = register(question("one"), question("two"), question("other", talk=PAPER_1, session=RESEARCH))
    assert after(held, call(CHAIR, do.Approve(question=qid("two")), 10, seen=1)).number == 1
    assert after(held, call(CHAIR, do.Approve(question=qid("one")), 11, seen=1)).number == 2
    assert after(held, call(organizer(), do.Approve(question=qid("other")), 12, seen=1)).number == 1
    rejected = after(held, call(CHAIR, do.Reject(question=qid("one"), reason="Asked."), 13, seen=11))
    assert (rejected.number, rejected.reason, rejected.shown, rejected.ceased) == (2, "Asked.", 11, 13)
    assert held.next_number(rejected.talk) == 3


def test_a_rejection_may_do_without_a_reason_but_not_with_a_long_one() -> None:
    assert after(register(question()), call(CHAIR, do.Reject(question=qid("q")), seen=1)).reason == ""
    long = do.Reject(question=qid("q"), reason="x" * (REASON_CHARS + 1))
    assert refusal_of(register(question()), call(CHAIR, long, seen=1)).code is RefusalCode.INVALID


def test_a_chair_says_what_was_looked_at() -> None:
    blind = refusal_of(register(question()), call(CHAIR, do.Approve(question=qid("q")), seen=None))
    assert blind.code is RefusalCode.INVALID


def test_a_conflict_says_who_did_what_to_those_who_may_know() -> None:
    held = register(question(anonymous=True))
    ines = chair("Ines")
    after(held, call(ines, do.Approve(question=qid("q")), 10, seen=1))
    told = refusal_of(held, call(CHAIR, do.Reject(question=qid("q")), 11, seen=1))
    assert told.detail.startswith("Ines approved it meanwhile: it is now shown to everyone.")
    own = refusal_of(held, call(ines, do.Reject(question=qid("q")), 11, seen=1))
    assert own.detail.startswith("You approved it meanwhile")
    for who, wanted in (
        (ADA, do.Withdraw(question=qid("q"))),
        (AMIR, do.WriteAnswer(question=qid("q"), answer=aid("a"), text="So.")),
    ):
        refused = refusal_of(held, call(who, wanted, 11, seen=1))
        assert refused.code is RefusalCode.CONFLICT
        assert "Ines" not in refused.detail


def test_a_conflict_with_the_asker_names_nobody() -> None:
    held = register(question(anonymous=True))
    after(held, call(ADA, do.Edit(question=qid("q"), text="Better?"), 10, seen=1))
    refused = refusal_of(held, call(CHAIR, do.Approve(question=qid("q")), 11, seen=1))
    assert refused.detail.startswith("Its asker reworded it meanwhile")


def test_what_changed_since_it_was_looked_at_is_a_conflict_before_it_is_a_wrong_state() -> None:
    held = register(question(state=S.REJECTED, moved=Revision(2)))
    refusal = refusal_of(held, call(CHAIR, do.Approve(question=qid("q")), seen=1))
    assert refusal.code is RefusalCode.CONFLICT
    assert "it is now declined" in refusal.detail
    seen = refusal_of(held, call(CHAIR, do.Approve(question=qid("q")), seen=2))
    assert seen.code is RefusalCode.WRONG_STATE
    assert seen.detail == "That cannot be done now: the question is declined."


def test_votes_and_offers_make_nobodys_look_stale() -> None:
    held = register(question(state=S.APPROVED))
    held.apply(decide(held, call(ADA, do.Vote(question=qid("q")))), Tally(1))
    after(held, call(AMIR, do.Offer(question=qid("q")), 50))
    assert after(held, call(CHAIR, do.Queue(question=qid("q")), 51, seen=1)).state is S.QUEUED


# -- the speaking order --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "behind", "order"),
    [
        ("a", None, "abc"),
        ("c", None, "cab"),
        ("a", "b", "bac"),
        ("a", "c", "bca"),
        ("b", "c", "acb"),
        ("b", "a", "abc"),
        ("new", None, "nabc"),
        ("new", "a", "anbc"),
        ("new", "c", "abcn"),
    ],
)
def test_a_question_is_put_first_or_after_another(moved: str, behind: str | None, order: str) -> None:
    held = queued("a", "b", "c")
    held.take_rows((question("new", S.APPROVED),), ())
    wanted = do.Queue(question=qid(moved), after=None if behind is None else qid(behind))
    decision = decide(held, call(CHAIR, wanted, seen=1))
    held.apply(decision, Tally(0))
    assert [name[0] for name in order_of(held)] == list(order)
    assert [each.id for each in decision.questions] == [qid(moved)]


def test_where_neighbours_leave_no_room_the_others_get_new_places_and_stay_as_they_were_looked_at() -> None:
    held = queued("a", "b", "c", gap=1)
    held.take_rows((question("new", S.APPROVED),), ())
    decision = decide(held, call(CHAIR, do.Queue(question=qid("new"), after=qid("a")), seen=1))
    held.apply(decision, Tally(0))
    assert order_of(held) == ["a", "new", "b", "c"]
    assert {each.revision for each in decision.questions} == {100}
    assert {each.id: each.moved for each in decision.questions} == {
        qid("new"): 100, qid("a"): 1, qid("b"): 1, qid("c"): 1
    }  # fmt: skip
    assert len(decision.moves) == 1


def test_many_moves_into_the_same_gap_keep_the_order() -> None:
    held = queued("a", "z")
    expected = ["a", "z"]
    for number in range(60):
        name = f"n{number}"
        held.take_rows((question(name, S.APPROVED),), ())
        after(held, call(CHAIR, do.Queue(question=qid(name), after=qid("a")), 100 + number, seen=1))
        expected.insert(1, name)
    assert order_of(held) == expected


def test_a_place_after_what_left_the_order_is_a_conflict_and_after_itself_is_nonsense() -> None:
    held = queued("a", "b")
    held.take_rows((question("gone", S.APPROVED),), ())
    gone = refusal_of(held, call(CHAIR, do.Queue(question=qid("a"), after=qid("gone")), seen=1))
    assert gone.code is RefusalCode.CONFLICT
    itself = refusal_of(held, call(CHAIR, do.Queue(question=qid("a"), after=qid("a")), seen=1))
    assert itself.code is RefusalCode.INVALID


def test_the_order_is_the_sessions_over_all_its_talks() -> None:
    held = register(
        question("one", S.QUEUED, session=RESEARCH, talk=PAPER_1),
        question("two", S.APPROVED, session=RESEARCH, talk=PAPER_2),
        question("else", S.QUEUED),
    )
    after(held, call(organizer(), do.Queue(question=qid("two"), after=qid("one")), seen=1))
    assert [each.id for each in held.speaking_order(RESEARCH)] == [qid("one"), qid("two")]
    elsewhere = call(organizer(), do.Queue(question=qid("two"), after=qid("else")), seen=100)
    assert refusal_of(held, elsewhere).code is RefusalCode.CONFLICT


def test_taken_out_of_the_order_it_is_shown_as_before() -> None:
    taken = after(queued("a"), call(CHAIR, do.Unqueue(question=qid("a")), seen=1))
    assert (taken.state, taken.order, taken.shown, taken.ceased) == (S.APPROVED, None, 1, None)


# -- answering -----------------------------------------------------------------------------------------------------


def test_a_start_names_the_presenters_where_nobody_offered() -> None:
    started = after(queued("a", "b"), call(CHAIR, do.Start(question=qid("b")), seen=1))
    assert (started.state, started.order, started.answerer) == (S.ANSWERING, None, Speaker("Amir"))


def test_a_start_accepts_an_offer_and_only_one_that_stands() -> None:
    offer = Speaker("Amir", AMIR.id)
    held = register(question(state=S.APPROVED, offers=(offer,)))
    assert after(held, call(CHAIR, do.Start(question=qid("q"), by=AMIR.id), seen=1)).answerer == offer
    taken_back = register(question(state=S.APPROVED))
    refusal = refusal_of(taken_back, call(CHAIR, do.Start(question=qid("q"), by=AMIR.id), seen=1))
    assert refusal.code is RefusalCode.CONFLICT


def test_an_author_who_may_starts_it_with_themselves() -> None:
    bea = author("Bea", PAPER_2)
    held = register(question(state=S.APPROVED, session=RESEARCH, talk=PAPER_2))
    started = after(held, call(bea, do.Start(question=qid("q"), by=bea.id), seen=1))
    assert started.answerer == Speaker("Bea", bea.id)


def test_nobody_is_named_who_neither_offered_nor_says_so_themselves() -> None:
    bea, amir = author("Bea", PAPER_2), author("Amir", PAPER_2)
    held = register(question(state=S.APPROVED, session=RESEARCH, talk=PAPER_2))
    for actor, named in ((bea, amir), (organizer(), organizer())):
        wanted = do.Start(question=qid("q"), by=named.id)
        assert refusal_of(held, call(actor, wanted, seen=1)).code is RefusalCode.CONFLICT


def test_a_session_answers_one_question_at_a_time() -> None:
    held = register(question("now", S.ANSWERING, number=4), question("next", S.QUEUED))
    busy = refusal_of(held, call(CHAIR, do.Start(question=qid("next")), seen=1))
    assert busy.code is RefusalCode.BUSY
    assert "#4" in busy.detail
    elsewhere = question("else", S.QUEUED, session=RESEARCH, talk=PAPER_1)
    held.take_rows((elsewhere,), ())
    assert after(held, call(organizer(), do.Start(question=qid("else")), seen=1)).state is S.ANSWERING


def test_put_back_it_is_called_first() -> None:
    held = queued("a", "b")
    held.take_rows((question("now", S.ANSWERING, offers=(Speaker("Amir", AMIR.id),)),), ())
    back = after(held, call(CHAIR, do.PutBack(question=qid("now")), seen=1))
    assert order_of(held) == ["now", "a", "b"]
    assert (back.answerer, back.offers) == (None, (Speaker("Amir", AMIR.id),))


def test_the_answerer_may_finish_and_the_mark_says_when_and_where() -> None:
    held = register(question(state=S.ANSWERING, answerer=Speaker("Amir", AMIR.id), offers=(Speaker("Bea"),)))
    finished = after(held, call(AMIR, do.Finish(question=qid("q"), position_ms=61_000), seen=1))
    assert finished.mark == LiveMark(START + timedelta(minutes=30), 61_000)
    assert (finished.state, finished.answerer, finished.offers) == (S.ANSWERED, Speaker("Amir", AMIR.id), ())


def test_reopened_it_is_as_if_nobody_had_answered_live() -> None:
    reopened = after(register(question(state=S.ANSWERED)), call(CHAIR, do.Reopen(question=qid("q")), seen=1))
    assert (reopened.state, reopened.answerer, reopened.mark, reopened.number) == (S.APPROVED, None, None, 1)


def test_offers_stand_once_for_each_author_until_taken_back() -> None:
    held, bea = register(question(state=S.QUEUED)), author("Bea")
    after(held, call(AMIR, do.Offer(question=qid("q")), 10))
    both = after(held, call(bea, do.Offer(question=qid("q")), 11))
    assert [offer.name for offer in both.offers] == ["Amir", "Bea"]
    assert decide(held, call(bea, do.Offer(question=qid("q")), 12)) == Decision()
    left = after(held, call(AMIR, do.Offer(question=qid("q"), active=False), 13))
    assert [offer.name for offer in left.offers] == ["Bea"]
    assert (left.revision, left.moved) == (13, 1)
    assert decide(held, call(AMIR, do.Offer(question=qid("q"), active=False), 14)) == Decision()


# -- answering in writing ------------------------------------------------------------------------------------------


def written(name: str = "a", text: str = "Because.") -> do.WriteAnswer:
    return do.WriteAnswer(question=qid("q"), answer=aid(name), text=text)


def test_a_written_answer_answers_what_is_only_shown() -> None:
    decision = decide(register(question(state=S.APPROVED)), call(AMIR, written(), seen=1))
    (row,), (added,) = decision.questions, decision.answers
    assert (row.state, row.moved, row.mark) == (S.ANSWERED, 100, None)
    assert (added.text, added.by_author, added.writer_name, added.revision) == ("Because.", True, "Amir", 100)


@pytest.mark.parametrize("state", [S.QUEUED, S.ANSWERING, S.ANSWERED])
def test_elsewhere_it_is_added_and_the_state_stays(state: QuestionState) -> None:
    decision = decide(register(question(state=state)), call(CHAIR, written(), seen=1))
    (row,) = decision.questions
    assert (row.state, row.revision, row.moved) == (state, 100, 1)
    assert not decision.answers[0].by_author
    assert [(record.source, record.target) for record in decision.moves] == [(state, state)]


def test_the_same_writer_replaces_an_answer_and_nobody_else_does() -> None:
    held = register(question(state=S.ANSWERED), answers=(answer(),))
    held.apply(decide(held, call(AMIR, written(text="Better."), seen=1)), Tally(0))
    assert [each.text for each in held.answers_to(qid("q"))] == ["Better."]
    other = refusal_of(held, call(author("Bea"), written(text="Mine."), seen=1))
    assert other.code is RefusalCode.ID_REUSED
    elsewhere = register(question(state=S.ANSWERED), answers=(answer(to="other"),))
    assert refusal_of(elsewhere, call(AMIR, written(), seen=1)).code is RefusalCode.ID_REUSED


def test_an_answer_is_text_within_its_bound() -> None:
    held = register(question(state=S.APPROVED))
    long = refusal_of(held, call(AMIR, written(text="x" * (ANSWER_CHARS + 1)), seen=1))
    assert long.code is RefusalCode.INVALID
    assert long.detail.startswith("The answer has 4001 characters")


# -- voting --------------------------------------------------------------------------------------------------------


def test_a_vote_counts_once_and_can_be_taken_back_once() -> None:
    held = register(question(state=S.APPROVED))
    vote, unvote = call(ADA, do.Vote(question=qid("q"))), call(ADA, do.Unvote(question=qid("q")))
    assert decide(held, unvote) == Decision()
    for wanted, count in ((vote, 1), (vote, 1), (unvote, 0), (unvote, 0)):
        decision = decide(held, wanted)
        assert not decision.rows
        held.apply(decision, Tally(held.tally + 1))
        assert held.count(qid("q")) == count
    assert decide(held, vote).votes == (VoteChange(qid("q"), ADA.id, True),)


# -- what nobody may learn -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.PENDING, S.REJECTED, S.WITHDRAWN])
def test_a_hidden_question_is_refused_like_one_that_never_was(state: QuestionState) -> None:
    stranger = participant("Nora")
    hidden = refusal_of(register(question(state=state)), call(stranger, do.Vote(question=qid("q"))))
    never = refusal_of(register(), call(stranger, do.Vote(question=qid("q"))))
    assert (hidden.code, hidden.detail) == (never.code, never.detail) == (RefusalCode.UNKNOWN, never.detail)


@pytest.mark.parametrize("actor", [participant("Nora"), CHAIR, AMIR, organizer()])
def test_no_refusal_names_the_asker(actor: Participant) -> None:
    secret = question(anonymous=True, asker_name="Canary", asker=ParticipantId("canary"), state=S.ANSWERING)
    held = register(secret, question("next", S.QUEUED))
    wanted: list[do.Do] = [
        do.Edit(question=qid("q"), text="x"),
        do.Vote(question=qid("q")),
        do.Start(question=qid("next")),
    ]
    refusals = [refusal_of(held, call(actor, each, seen=1)) for each in wanted]
    assert all("canary" not in refusal.detail.casefold() for refusal in refusals)


def test_deciding_changes_nothing_by_itself() -> None:
    held = queued("a", "b")
    before = msgspec.json.encode([list(held.questions.values()), held.revision, held.tally])
    decide(held, call(CHAIR, do.Queue(question=qid("a"), after=qid("b")), seen=1))
    decide(held, call(ADA, do.Vote(question=qid("a"))))
    assert msgspec.json.encode([list(held.questions.values()), held.revision, held.tally]) == before


def test_the_small_conference_is_the_one_the_tests_speak_of() -> None:
    assert [each.id for each in conference().sessions] == [OPENING, RESEARCH]
