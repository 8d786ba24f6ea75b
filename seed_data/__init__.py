"""Real communities, dated targets with their source, and the service catalogue."""

from pathlib import Path


def path(name: str) -> Path:
    """Return the path of one data file of this folder; FileNotFoundError when there is none."""
    found = Path(__file__).parent / name
    if not found.is_file():
        raise FileNotFoundError(f"seed_data has no file {name!r}; see seed_data/README.md")
    return found
