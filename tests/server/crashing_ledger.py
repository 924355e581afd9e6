"""A process that asks, votes and joins as fast as it is answered, and says each answer on stdout, until it is killed.

Run as `python -m tests.server.crashing_ledger DATABASE RUN`. A line is written only after the future is done, in one
write: what the other end of the pipe has read was acknowledged.
"""

import os
import sys
import threading

from personal_app.conference import commands as do
from personal_app.conference.ids import ParticipantId, random_id
from personal_app.conference.messages import Command, Done
from personal_app.server.database import open_database
from personal_app.server.identity import Identity
from personal_app.server.ledger import Ledger
from tests import factories
from tests.server.office import HandClock

THREADS = 4


def tell(*words: object) -> None:
    """Say one line, whole."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def crowd(ledger: Ledger, identity: Identity, run: str, number: int) -> None:
    """Join, then ask and vote for what was asked, forever."""
    joined = identity.join(f"Person {number} of run {run}", None).result()
    tell("joined", joined.participant, joined.token)
    while True:
        question = random_id()
        ask = do.Ask(question=question, talk=factories.PAPER_3, text=f"Question {question}?")
        for wanted in (ask, do.Vote(question=question), do.Vote(question=question)):
            command = Command(id=random_id(), do=wanted)
            answer = ledger.submit(ParticipantId(joined.participant), command).result()
            assert isinstance(answer, Done), answer
            kind = "asked" if wanted is ask else "voted"
            tell(kind, question, joined.participant, command.id, answer.revision, answer.tally)


def main(url: str, run: str) -> None:
    """Run until killed."""
    clock = HandClock()
    ledger = Ledger(open_database(url), factories.conference(), clock, lambda _: None)
    ledger.start()
    identity = Identity(ledger, clock)
    for number in range(THREADS):
        threading.Thread(target=crowd, args=(ledger, identity, run, number)).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
