"""Has what the window shows first at its next start written down, whenever that has changed and come to rest.

Must never hold up a person: it waits for a pause, and it is written on the cache's thread.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from personal_app.bootstrap.wall_clock import utc_now
from personal_app.services.services import Services
from personal_app.ui.first_page.record import first_page_record
from personal_app.ui.main_window import MainWindow
from personal_app.ui.theme import Theme

if TYPE_CHECKING:
    from personal_app.store.store import Store

_PAUSE_MS = 2_500


class FirstPageKeeper(QObject):
    """Follows the services. `store` is the cache once it is open; before that nothing is kept."""

    def __init__(self, services: Services, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self.store: Store | None = None
        self._services = services
        self._window = window
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        for changed in (
            services.program.changed,
            services.questions.changed,
            services.profile.changed,
            services.recordings.changed,
            services.stars.changed,
            services.connection.changed,
        ):
            changed.connect(self._wait)

    def keep(self) -> None:
        """Write it down now, unless the window shows something that it would not begin with."""
        services, conference = self._services, self._services.program.conference
        places = self._window.places() if self.store is not None and conference is not None else None
        if self.store is None or conference is None or places is None or services.questions.receipts.kept:
            return
        write = partial(
            first_page_record,
            conference,
            services.questions.board,
            {each.id: services.recordings.state(each.id) for each in conference.recordings},
            # The next start knows this clock alone, and not how far the server's is from it.
            utc_now(),
            may_vote=services.profile.identity is not None,
            family=Theme.of_app().font().family(),
            scale=Theme.of_app().scale,
            places=places,
            last=services.playback.state.talk,
            stars=services.stars.stars,
            watched=services.watching.shares(),
        )
        self.store.keep_first_page(write, *services.questions.reach)

    def _wait(self) -> None:
        # Where changes never pause, what is kept at the end has to do.
        self._pause.start()
