"""`python -m personal_app.server` is `personal-server`."""

from personal_app.server.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
