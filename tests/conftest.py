"""Guards for all tests; the window system is offscreen unless a test run says otherwise."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["tests.support.guards", "tests.support.postgres"]
