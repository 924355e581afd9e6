"""The words of a text as a search compares them: without case and diacritics, scripts without spaces sign by sign.

Whoever writes "Soren" finds "Søren", and two signs are found within a run of Chinese. The folded words of a text and of
what is sought are made by the same function, so that an index never has to fold by itself. Must never know an index.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

#: Letters that carry no mark that could be taken off, and how they are written where a keyboard lacks them.
_SPELT = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
}
#: Thai, Lao, Myanmar, Hangul, Khmer, kana, bopomofo and Han: a run of them has no spaces where its words end.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3130-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
#: Marks that stand within a word although they are no letters: of Latin, Hebrew, Arabic and the scripts of India.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
#: Most of what is looked through has no other letters, and this is five times as fast.
_ASCII_WORD = re.compile(r"[a-z0-9]+")


class Word(NamedTuple):
    """A folded word, and where it stands in the text: [start, end) in code points."""

    folded: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Return the words of `text` in their order. Punctuation and white space are between them."""
    if text.isascii():
        return [Word(found[0], *found.span()) for found in _ASCII_WORD.finditer(text.lower())]
    return [
        Word(word.lower() if (word := found[0]).isascii() else _folded(word), *found.span())
        for found in _WORD.finditer(text)
    ]


def folded(text: str) -> str:
    """Return the folded words of `text`, a space between any two of them."""
    return " ".join(_ASCII_WORD.findall(text.lower()) if text.isascii() else map(_folded, _WORD.findall(text)))


def is_sign(word: str) -> bool:
    """Tell whether a folded word is a single sign of a script without spaces, and therefore says something alone."""
    return len(word) == 1 and _IS_UNSPACED.match(word) is not None


@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    if _IS_UNSPACED.match(word):
        return unicodedata.normalize("NFKC", word)
    # Taking signs apart may bring capitals and punctuation to light: a letter in a circle, a fraction.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word.casefold()).casefold())
    return "".join(_SPELT.get(letter, letter) for letter in apart if letter.isalnum()) or word
