"""How each processed table is made from raw tables."""

from imgstats.sources.recipes.plan import PLAN_RECIPES
from imgstats.sources.recipes.published import PUBLISHED
from imgstats.sources.recipes.recipe import Recipe

__all__ = ["RECIPES", "REPORT_RECIPES", "Recipe"]

REPORT_RECIPES: tuple[Recipe, ...] = tuple(PUBLISHED)
RECIPES: dict[str, Recipe] = {each.name: each for each in (*REPORT_RECIPES, *PLAN_RECIPES)}
