"""Starts the desktop app, nothing else."""

import sys

from personal_app.bootstrap.main import main

if __name__ == "__main__":
    sys.exit(main())
