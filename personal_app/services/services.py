"""All services of one window together, so that a screen is given one thing. Must never make any of them."""

import msgspec

from personal_app.services.announcements import AnnouncementService
from personal_app.services.bundles import BundleService
from personal_app.services.captions import CaptionService
from personal_app.services.conferences import ConferenceService
from personal_app.services.connection import ConnectionService
from personal_app.services.drafts import DraftService
from personal_app.services.live_streams import LiveStreamService
from personal_app.services.notes import NoteService
from personal_app.services.playback import PlaybackService
from personal_app.services.presence import PresenceService
from personal_app.services.profile import ProfileService
from personal_app.services.program import ProgramService
from personal_app.services.program_changes import ProgramChangeService
from personal_app.services.questions import QuestionService
from personal_app.services.reactions import ReactionService
from personal_app.services.recordings import RecordingService
from personal_app.services.reminders import ReminderService
from personal_app.services.search import SearchService
from personal_app.services.sent import SentService
from personal_app.services.shared_drafts import SharedDraftService
from personal_app.services.stars import StarService
from personal_app.services.watching import WatchingService


class Services(msgspec.Struct, frozen=True):
    """What the screens may talk to."""

    program: ProgramService
    connection: ConnectionService
    profile: ProfileService
    questions: QuestionService
    recordings: RecordingService
    playback: PlaybackService
    drafts: DraftService
    shared_drafts: SharedDraftService
    search: SearchService
    stars: StarService
    announcements: AnnouncementService
    presence: PresenceService
    reactions: ReactionService
    notes: NoteService
    watching: WatchingService
    captions: CaptionService
    reminders: ReminderService
    changes: ProgramChangeService
    bundles: BundleService
    conferences: ConferenceService
    sent: SentService
    streams: LiveStreamService
