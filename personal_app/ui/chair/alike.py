"""Which questions of the inbox ask about the same as an older one, so that a chair reads them together. Pure.

Likeness is that of `ui.questions.similar`: shared words, a rare one counting more. Each is compared with
those that lead a group alone, found by the words they share, so that a long inbox costs little; what was compared once
is remembered, for the inbox is sorted at every change.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.ui.questions.similar import LEAST_WORDS, LIKE_ENOUGH, terms

#: Of more than these the later ones stand for themselves: nobody reads so far ahead.
MOST_COMPARED = 150


def grouped(questions: Sequence[DrawnQuestion]) -> tuple[tuple[DrawnQuestion, ...], frozenset[QuestionId]]:
    """Return `questions` with each that resembles an earlier one of its talk right behind it, and which those are."""
    told = tuple((question.id, f"{question.row.talk}", question.row.text) for question in questions[:MOST_COMPARED])
    leads = _leads(told)
    behind: dict[QuestionId, list[DrawnQuestion]] = {}
    for question in questions:
        behind.setdefault(leads.get(question.id, question.id), []).append(question)
    return tuple(question for group in behind.values() for question in group), frozenset(leads)


@lru_cache(maxsize=8)
def _leads(questions: tuple[tuple[QuestionId, str, str], ...]) -> dict[QuestionId, QuestionId]:
    """Return of each question (id, talk, text) that resembles an earlier one which that is."""
    found: dict[QuestionId, QuestionId] = {}
    words = {id_: terms(text) for id_, _, text in questions}
    seen_in = Counter(term for each in words.values() for term in each)
    weight = {term: math.log(1 + (len(words) + 1) / (count + 0.5)) for term, count in seen_in.items()}
    whole = {id_: sum(weight[term] for term in each) for id_, each in words.items()}
    leading: dict[tuple[str, str], list[QuestionId]] = {}
    for id_, talk, _ in questions:
        shared = Counter(lead for term in words[id_] for lead in leading.get((talk, term), ()))
        likeness = {
            lead: sum(weight[term] for term in words[id_] & words[lead]) / (min(whole[id_], whole[lead]) or 1.0)
            for lead, count in shared.items()
            if count >= LEAST_WORDS
        }
        best = max(likeness, key=likeness.__getitem__, default=None)
        if best is not None and likeness[best] >= LIKE_ENOUGH:
            found[id_] = best
            continue
        for term in words[id_]:
            leading.setdefault((talk, term), []).append(id_)
    return found
