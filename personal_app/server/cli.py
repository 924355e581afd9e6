"""The server's command line: `serve` a conference, `invite` somebody to it, print the `schema`.

What a person can mend is a sentence on stderr and exit status 2; anything else is a bug of ours and may be loud. This
module must never be imported by another.
"""

import argparse
import json
import os
import re
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from personal_app.conference.errors import ConferenceError, EnvironmentTrouble
from personal_app.conference.message_schema import json_schema
from personal_app.conference.people import Grant, Role
from personal_app.server import conference_row, serving
from personal_app.server.app import make_app
from personal_app.server.certificate import tls_context
from personal_app.server.control import Invite, Invited, Say, ask_running_server
from personal_app.server.data_folder import DataFolder
from personal_app.server.database import address_of, explained, has_secret, open_database
from personal_app.server.identity import Identity
from personal_app.server.invitations import checked_grant
from personal_app.server.ledger import Ledger
from personal_app.server.log_room import make_log_room
from personal_app.server.venue import Beginning, Served, open_venue

BAD_INPUT = 2
DEFAULT_PORT = 8020
DATABASE_VARIABLE = "PERSONAL_DATABASE"

_RELATIVE = re.compile(r"(?:now)?(?:([+-])([0-9]{1,9}))?")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(argv)
    try:
        options.run(options)
    except ConferenceError as trouble:
        print(trouble, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="personal-server", description="The server of a PeRSonAl conference.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve a conference", description="Serve a conference on one port.")
    serve.add_argument(
        "--conference", type=Path, required=True, metavar="DIR", help="the folder with conference.toml and its files"
    )
    serve.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the folder for all that people do; made if missing"
    )
    _add_database(serve)
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    serve.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, metavar="N", help="0 takes a free one (default: %(default)s)"
    )
    serve.add_argument(
        "--address", default="", metavar="URL", help="the address that people use, where it differs (behind a proxy)"
    )
    serve.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="a web page's origin that may connect; repeatable",
    )
    serve.add_argument(
        "--tls-certificate",
        type=Path,
        metavar="FILE",
        help="speak TLS with this certificate: a PEM file, the server's own first, then its authorities'",
    )
    serve.add_argument("--tls-key", type=Path, metavar="FILE", help="the certificate's key, a PEM file")
    serve.add_argument(
        "--rehearse",
        "--rehearse-from",
        type=_beginning,
        metavar="WHEN",
        help="play the program on a short timetable: each recording plus two minutes, question sessions five. It "
        "begins at WHEN: now, now-15 (began 15 s ago), now+60, or an instant such as 2026-09-26T12:00:00Z. A restart "
        "with the same data folder keeps the beginning of a rehearsal that is not over, unless an instant is given",
    )
    serve.set_defaults(run=_serve)
    invite = commands.add_parser(
        "invite",
        help="print a single-use invitation",
        description="Print a single-use invitation and the address that holds it.",
    )
    invite.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data folder of the server")
    _add_database(invite)
    role = invite.add_mutually_exclusive_group(required=True)
    role.add_argument("--chair", metavar="SESSION", help="to be a discussion chair of a session")
    role.add_argument("--author", metavar="TALK", help="to be an author of a talk")
    invite.add_argument(
        "--person",
        default="",
        metavar="SLUG",
        help="with --author: whom of the talk's presenters it is for (default: the only one there is)",
    )
    role.add_argument("--organizer", action="store_true", help="to be an organizer: a chair of every session")
    invite.set_defaults(run=_invite)
    notice = commands.add_parser(
        "notice",
        help="say something to everyone who is connected",
        description="Say something to everyone who is connected to a running server, once: that it restarts soon, say. "
        "What is to stand for longer, or is for those who come later too, is an organizer's announcement in the app.",
    )
    notice.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data folder of the server")
    notice.add_argument("text", metavar="TEXT", help="what is to be said, in a line")
    notice.set_defaults(run=_notice)
    restored = commands.add_parser(
        "restored",
        help="say that the database was put back from a backup",
        description="Say that the database was put back from a backup, while no server runs on it: everyone who comes "
        "back is given everything anew, instead of going on from what the backup may lack.",
    )
    restored.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data folder of a server")
    _add_database(restored)
    restored.set_defaults(run=_restored)
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of the protocol",
        description="Print the JSON Schema (2020-12) of every message of the live connection, made from the program.",
    )
    schema.set_defaults(run=_schema)
    return parser


def _schema(_: argparse.Namespace) -> None:
    print(json.dumps(json_schema(), indent=2))


def _add_database(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="a PostgreSQL that several servers may share, such as postgresql://USER@HOST/NAME (default: the "
        f"environment's {DATABASE_VARIABLE}, or a file in the data folder). A password belongs into "
        f"{DATABASE_VARIABLE}, PGPASSWORD or ~/.pgpass, since everybody on the machine can read a command line",
    )


def _database_url(options: argparse.Namespace) -> str:
    """Return the database's URL, "" for the file in the data folder."""
    if options.database and has_secret(address_of(options.database)):
        raise EnvironmentTrouble(
            "There is a password in --database, where everybody on this machine can read it. Change it, and put the "
            f"new one into the environment: {DATABASE_VARIABLE} with the whole URL, or PGPASSWORD."
        )
    return str(options.database or os.environ.get(DATABASE_VARIABLE, ""))


def _serve(options: argparse.Namespace) -> None:
    serving.set_up_logging()
    tls = tls_context(options.tls_certificate, options.tls_key)
    scheme = "http" if tls is None else "https"
    venue = open_venue(options.conference, options.data, _utc_now, options.rehearse, _database_url(options))
    try:
        listening = serving.listening_socket(options.host, options.port)
        port = listening.getsockname()[1]
        venue.address = options.address.rstrip("/") or f"{scheme}://{_host_for_people(options.host)}:{port}"
        venue.ledger.run(make_log_room)
        venue.folder.write(
            Served.NOTE, Served(address=venue.address, conference=venue.conference, database=venue.shared_database)
        )

        def ready() -> None:
            print(f"{venue.conference.title} is open at {scheme}://{_bracketed(options.host)}:{port}", flush=True)

        serving.run(make_app(venue, tuple(options.origin)), listening, ready, tls)
    finally:
        venue.close()


def _invite(options: argparse.Namespace) -> None:
    if options.person and options.author is None:
        raise EnvironmentTrouble("--person tells whom of a talk's presenters --author is for: name the talk as well.")
    if options.chair is not None:
        grant = Grant(Role.CHAIR, options.chair)
    elif options.author is not None:
        grant = Grant(Role.AUTHOR, options.author, options.person)
    else:
        grant = Grant(Role.ORGANIZER)
    folder = DataFolder(options.data)
    if not folder.path.is_dir():
        raise EnvironmentTrouble(f"There is no data folder {folder.path}: start the server with it first.")
    if not folder.used:
        raise EnvironmentTrouble(f"Nothing was served from {folder.path} yet: start the server with it first.")
    if folder.claim():
        invited = _invite_without_server(folder, grant, _database_url(options))
    else:
        invited = ask_running_server(folder, Invite(grant))
    print(invited.code)
    print(f"{invited.address}/join#{invited.code}")


def _invite_without_server(folder: DataFolder, grant: Grant, database_url: str) -> Invited:
    """Make an invitation in a folder that this process has claimed."""
    try:
        served = folder.read(Served.NOTE, Served)
        if served is None:
            raise EnvironmentTrouble(f"Nothing was served from {folder.path} yet: start the server with it first.")
        grant = checked_grant(served.conference, grant)
        if served.database and not database_url:
            raise EnvironmentTrouble(
                f"What was served from {folder.path} is kept in {served.database}: name it with --database, "
                f"or in {DATABASE_VARIABLE}."
            )
        database = open_database(database_url or folder.database_url)
        ledger = Ledger(database, served.conference, _utc_now, lambda _: None)
        ledger.start()
        try:
            code = Identity(ledger, _utc_now).invite(grant).result()
        finally:
            ledger.stop(10.0)
    finally:
        folder.release()
    return Invited(code, served.address)


def _notice(options: argparse.Namespace) -> None:
    folder = DataFolder(options.data)
    if not folder.path.is_dir() or not folder.used or folder.claim():
        folder.release()
        raise EnvironmentTrouble(f"No server works in {folder.path}, so nobody is there to be told.")
    said = ask_running_server(folder, Say(options.text))
    print(f"Said to {said.connections} connections.")


def _restored(options: argparse.Namespace) -> None:
    folder = DataFolder(options.data)
    if not folder.path.is_dir():
        raise EnvironmentTrouble(f"There is no data folder {folder.path}: give the one of the server.")
    if not folder.claim():
        raise EnvironmentTrouble(f"A server works in {folder.path}: stop it first, and every other on its database.")
    try:
        database = open_database(_database_url(options) or folder.database_url)
        with explained(database.engine.url), database.connect() as connection, connection.begin():
            conference_row.renew_epoch(connection)
    finally:
        folder.release()
    print("Everyone who comes back will be given everything anew.")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port: give a number from 0 to 65535")
    return int(text)


def _beginning(text: str) -> Beginning:
    match = _RELATIVE.fullmatch(text)
    if match is not None and text:
        seconds = int(match[2] or 0)
        return Beginning(ago=timedelta(seconds=-seconds if match[1] == "+" else seconds))
    at: datetime | None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no beginning: give now, now-15, now+60 or an instant and its zone, 2026-09-26T12:00:00Z"
        )
    return Beginning(at=at.astimezone(UTC))


def _host_for_people(host: str) -> str:
    return socket.gethostname() if host in ("0.0.0.0", "::", "") else _bracketed(host)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
