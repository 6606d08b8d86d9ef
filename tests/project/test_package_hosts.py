"""No file names a package host: whoever installs decides where packages come from."""

from __future__ import annotations

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
NAMES = ["".join(host).encode() for host in HOSTS]


def _named(content):
    """Return the hosts that some bytes name: pictures and archives are looked at too."""
    small = content.lower()
    return [name.decode() for name in NAMES if name in small]


def test_each_host_is_found_in_any_case():
    for host in HOSTS:
        assert "".join(host) in _named(f"\0https://{''.join(host).upper()}/simple".encode()), host


def test_no_file_names_a_package_host():
    files = project_files()
    assert files
    named = {str(file): found for file in files if (found := _named((ROOT / file).read_bytes()))}
    assert named == {}
