"""Many people at once over the real wire, for tests of what one app does meanwhile."""

from personal_app.conference import commands as do
from personal_app.conference.ids import QuestionId, random_id
from personal_app.conference.messages import Done
from personal_app.net import http_api
from personal_app.net.address import Address, parse_address
from tests.wire.caller import Caller
from tools.driving import Server

#: So many a person may ask at once before the server asks them to slow down.
_EACH = 40
_TEXT = "What becomes of the embedding tables when the traffic of a whole day doubles, and who would notice?"


def unmoderate(server: Server, talk: str) -> None:
    """Have each question of a talk shown to everyone as soon as it is asked."""
    organizer = _enter(server, "Olga Organizer", server.invite("--organizer"))
    organizer.must(do.Regulate(talk=talk, moderated=False))
    organizer.hang_up()


def ask_many(server: Server, talk: str, count: int, mark: str) -> None:
    """Ask so many questions about a talk, each begun with `mark` and its number; return when all are acknowledged."""
    for first in range(0, count, _EACH):
        person = _enter(server, f"Person {mark} {first // _EACH}")
        asked = [
            person.send(do.Ask(question=QuestionId(random_id()), talk=talk, text=f"{mark} {number}: {_TEXT}"))
            for number in range(first, min(first + _EACH, count))
        ]
        person.until(lambda person=person, asked=asked: set(asked) <= person.answers.keys(), "the answers")  # type: ignore[misc]
        assert all(isinstance(person.answers[each], Done) for each in asked)
        person.hang_up()


def _enter(server: Server, name: str, invitation: str = "") -> Caller:
    address: Address = parse_address(server.address).address
    return Caller(address, http_api.join(address, name, invitation).token)
