"""Starts the desktop app, nothing else."""

import sys

# First, because PySide6 reads the source of every module imported after it, looking for a
# switch that we do not use.
import personal_app.conference.session_client
import personal_app.conference.wishes  # noqa: F401
from personal_app.bootstrap.main import main

if __name__ == "__main__":
    sys.exit(main())
