"""Starts the desktop app, nothing else."""

import sys

from personal_app.bootstrap.quick_start import without_collecting, without_feature_scan

if __name__ == "__main__":
    without_collecting()
    without_feature_scan()
    from personal_app.bootstrap.main import main

    sys.exit(main())
