"""``python -m imgstats``, which is the command ``imgstats``."""

from imgstats.cli.main import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
