"""A fragment of a plan filled in, as the page does it."""

from jinja2 import ChoiceLoader, PackageLoader

from imgstats.reporting.fragments import _environment


def plan_fragment(template: str, **parts: object) -> str:
    """Return a template of a plan filled in; sources are numbered as they come."""
    loaders = [
        PackageLoader("imgstats.reporting", f"templates/{room}") for room in ("sections", "plan")
    ]
    environment = _environment().overlay(loader=ChoiceLoader(loaders))
    numbers: dict[str, int] = {}
    return environment.get_template(template).render(
        **parts, source_number=lambda key: numbers.setdefault(key, len(numbers) + 1)
    )
