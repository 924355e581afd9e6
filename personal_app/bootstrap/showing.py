"""From what the cache holds to what the services show; must never import anything slow, for the first paint waits."""

import logging

import msgspec

from personal_app.services.announcements import PUT_AWAY
from personal_app.services.captions import CAPTIONS
from personal_app.services.player_settings import PLAYER
from personal_app.services.profile import Who
from personal_app.services.program_changes import CHANGES
from personal_app.services.reminders import REMINDERS
from personal_app.services.services import Services
from personal_app.store.snapshot import StartSnapshot
from personal_app.store.values import Profile

_log = logging.getLogger(__name__)

#: The setting that holds the stars.
STARS = "stars"


def show_snapshot(services: Services, snapshot: StartSnapshot) -> None:
    """Hand what the cache held to the services."""
    if snapshot.conference is not None:
        services.program.take(snapshot.conference)
    services.drafts.take(snapshot.drafts)
    services.stars.take(read_stars(snapshot.settings.get(STARS, "")))
    services.notes.take(snapshot.notes)
    services.watching.take(snapshot.watched)
    services.playback.take_settings(snapshot.settings.get(PLAYER, ""))
    services.captions.take(snapshot.settings.get(CAPTIONS, ""))
    services.announcements.take_put_away(snapshot.settings.get(PUT_AWAY, "[]"))
    if snapshot.profile is not None:
        services.questions.take_viewer(snapshot.profile.name, snapshot.profile.participant)
        services.profile.take(who(snapshot.profile))
    if snapshot.changes is not None:
        services.questions.take_cached(snapshot.changes, snapshot.mine, snapshot.wishes)
    # With the board came the times that chairs have said by hand; without them, each would be a change told again.
    services.reminders.take_kept(snapshot.settings.get(REMINDERS, ""))
    services.changes.take_kept(snapshot.settings.get(CHANGES, ""))


def who(profile: Profile) -> Who:
    """Return what the screens may know of a profile: no secret."""
    return Who(address=profile.address, participant=profile.participant, name=profile.name, grants=profile.grants)


def read_stars(kept: str) -> tuple[str, ...]:
    """Return the stars as they were kept; nothing where they cannot be read."""
    try:
        return msgspec.json.decode(kept, type=tuple[str, ...]) if kept else ()
    except msgspec.DecodeError as fault:
        _log.warning("the stars cannot be read and are forgotten: %s", fault)
        return ()
