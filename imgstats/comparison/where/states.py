"""Names and postal codes of states and territories, and the divisions they belong to."""

from __future__ import annotations

from functools import lru_cache

from imgstats.meanings import folded

__all__ = ["DIVISION_OF", "STATES", "STATE_NAMES", "TERRITORIES", "state_code"]

# Postal codes by the United States Postal Service, which are public.
STATES = {
    "Alabama": "AL",
    "Alaska": "AK",
    "Arizona": "AZ",
    "Arkansas": "AR",
    "California": "CA",
    "Colorado": "CO",
    "Connecticut": "CT",
    "Delaware": "DE",
    "District of Columbia": "DC",
    "Florida": "FL",
    "Georgia": "GA",
    "Hawaii": "HI",
    "Idaho": "ID",
    "Illinois": "IL",
    "Indiana": "IN",
    "Iowa": "IA",
    "Kansas": "KS",
    "Kentucky": "KY",
    "Louisiana": "LA",
    "Maine": "ME",
    "Maryland": "MD",
    "Massachusetts": "MA",
    "Michigan": "MI",
    "Minnesota": "MN",
    "Mississippi": "MS",
    "Missouri": "MO",
    "Montana": "MT",
    "Nebraska": "NE",
    "Nevada": "NV",
    "New Hampshire": "NH",
    "New Jersey": "NJ",
    "New Mexico": "NM",
    "New York": "NY",
    "North Carolina": "NC",
    "North Dakota": "ND",
    "Ohio": "OH",
    "Oklahoma": "OK",
    "Oregon": "OR",
    "Pennsylvania": "PA",
    "Rhode Island": "RI",
    "South Carolina": "SC",
    "South Dakota": "SD",
    "Tennessee": "TN",
    "Texas": "TX",
    "Utah": "UT",
    "Vermont": "VT",
    "Virginia": "VA",
    "Washington": "WA",
    "West Virginia": "WV",
    "Wisconsin": "WI",
    "Wyoming": "WY",
}
TERRITORIES = {
    "American Samoa": "AS",
    "Guam": "GU",
    "Northern Mariana Islands": "MP",
    "Puerto Rico": "PR",
    "Virgin Islands": "VI",
}
STATE_NAMES = {code: name for name, code in (STATES | TERRITORIES).items()}
# The divisions of the US Census Bureau, which are public; territories belong to none. Like postal
# codes they are no figure and do not change with a year's data: they stand in code.
_DIVISIONS = {
    "New England": "CT ME MA NH RI VT",
    "Middle Atlantic": "NJ NY PA",
    "East North Central": "IL IN MI OH WI",
    "West North Central": "IA KS MN MO NE ND SD",
    "South Atlantic": "DE DC FL GA MD NC SC VA WV",
    "East South Central": "AL KY MS TN",
    "West South Central": "AR LA OK TX",
    "Mountain": "AZ CO ID MT NV NM UT WY",
    "Pacific": "AK CA HI OR WA",
}
DIVISION_OF = {code: name for name, codes in _DIVISIONS.items() for code in codes.split()}
_CODE_OF = {
    **{folded(code): code for code in STATE_NAMES},
    **{folded(name): code for code, name in STATE_NAMES.items()},
    "d c": "DC",
    "washington dc": "DC",
    "washington d c": "DC",
    "us virgin islands": "VI",
}


@lru_cache(maxsize=256)
def state_code(text: str) -> str | None:
    """Return the postal code of a state or territory by its name or code, None for another text.

    Examples
    --------
    >>> state_code("new york"), state_code("NY"), state_code("Washington, D.C."), state_code("York")
    ('NY', 'NY', 'DC', None)
    """
    return _CODE_OF.get(folded(text))
