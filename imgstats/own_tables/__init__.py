"""A user's own tables: checked once, kept with a birth certificate, found by what they are about.

Nothing heavy is imported here: to see that there is no table costs a look into one folder.
"""

from imgstats.own_tables.certificate import Certificate
from imgstats.own_tables.folder import DATA_DIR_VARIABLE
from imgstats.own_tables.kinds import KINDS, OWN_MEASURES, template
from imgstats.own_tables.store import OwnTable, OwnTables

__all__ = [
    "DATA_DIR_VARIABLE",
    "KINDS",
    "OWN_MEASURES",
    "Certificate",
    "OwnTable",
    "OwnTables",
    "template",
]
