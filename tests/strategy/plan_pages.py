"""A fragment of a plan filled in, as the page does it."""

from imgstats.reporting.fragments import text_of


def plan_fragment(template: str, **parts: object) -> str:
    """Return a template of a plan filled in; sources are numbered as they come."""
    numbers: dict[str, int] = {}
    return text_of(
        template, **parts, source_number=lambda key: numbers.setdefault(key, len(numbers) + 1)
    )
