"""No file names a package host: whoever installs decides where packages come from."""

from __future__ import annotations

import re

from tests.project.tree import ROOT, project_files

# In pieces, so that this file does not hold what it looks for.
HOSTS = (
    ("pypi", ".org"),
    ("pypi", ".python", ".org"),
    ("python", "hosted"),
    ("npm", "js.org"),
    ("npm", "js.com"),
    ("yarn", "pkg.com"),
    ("deb", ".debian"),
    ("security", ".debian"),
    ("archive", ".ubuntu"),
    ("anaconda", ".org"),
    ("anaconda", ".com"),
    ("conda", "-forge"),
    ("crates", ".io"),
    ("ghcr", ".io"),
)
PATTERN = re.compile("|".join(re.escape("".join(host)) for host in HOSTS), re.IGNORECASE)


def test_the_pattern_finds_each_host():
    for host in HOSTS:
        assert PATTERN.search(f"https://{''.join(host).upper()}/simple"), host


def test_no_file_names_a_package_host():
    files = project_files()
    assert files
    named = {}
    for file in files:
        # latin-1 reads any bytes, so pictures and archives are looked at too.
        found = PATTERN.findall((ROOT / file).read_bytes().decode("latin-1"))
        if found:
            named[str(file)] = sorted(set(found))
    assert named == {}
