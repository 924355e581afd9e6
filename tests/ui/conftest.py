"""What the tests of the screens share."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
