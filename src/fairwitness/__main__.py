"""`python -m fairwitness` is the command `fairwitness`."""

from fairwitness.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
