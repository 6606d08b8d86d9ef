"""Cohort files made up from a seed: good and bad cells of every kind, in plain and in odd bytes."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import pyarrow as pa
from pyarrow import parquet

CELLS = {
    "id": ["", " ", "A-1", "A-1", "  A  1 ", "Zoe\u0301", "مريم", "a\u202eb", "x" * 200, "x" * 201,
           "x" * 5_000, "A" + " " * 3_000 + "B", " " * 4_000, "é" * 600, "=1+1", "\u3000@x", "-7",
           "007", "\x1c", "\u00a0", "A\tB", "a\u200cb", "\x7f", "~", "\x1b[2J", "\ufeff", "7.5"],
    "group": ["us-img", "non_us_img", "NON-US-IMG", " us-img ", "img", "", "\u00a0", "us-img" +
              " " * 2_000, "us-imh", "us img" * 900],
    "step2_ck": ["242", "300", "301", "0", "", "abc", " 250", "2e2", "242.0", "+242", "1_0", "٢٤٢",
                 "-1", "1" * 2_000],
    "step2_ck_date": ["", "2025-08-01", " 2025-08-01", "9999-01-01", "01/08/2025", "45870"],
    "attempts": ["", "1", "0", "999", "1000", "True"],
    "usce_months": ["", "2.5", "601", ".5", "inf"],
    "ranks": ["", "0", "12", "x"],
    "specialty": ["", "Pediatrics", "internal  medicine", "Nonsense", "\x00", "y" * 201, "é" * 900],
    "label": ["", "plain", "  two  words ", "x" * 200, "x" * 201, "a\x00b", "é", "x" * 3_000,
              "\u202e", "12"],
}  # fmt: skip
PLAIN = {"id": "A-{}", "group": "us-img", "step2_ck": "230"}
# What fits no text in a Parquet file, by type.
OTHERS: dict[str, list[tuple[Any, list[object]]]] = {
    "id": [(pa.int64(), [1, -5, None]), (pa.float64(), [1.0, 7.5, float("nan"), None, 1e300]),
           (pa.uint8(), [7]), (pa.binary(), [b"A", b"caf\xe9", b" B ", None, b"\xff'" * 2_000,
            b"z" * 1_500]), (pa.bool_(), [True, None]), (pa.list_(pa.int64()), [[1], None])],
    "step2_ck": [(pa.int64(), [242, 301, None]), (pa.float64(), [242.0, 242.5, None]),
                 (pa.int16(), [230]), (pa.binary(), [b"242", b"\xff"])],
    "label": [(pa.int32(), [12, None]), (pa.binary(), [b"x", b"  y  ", b"\xff" * 2_000])],
    "group": [(pa.binary(), [b"us-img", b"us\xffimg", None])],
}  # fmt: skip


def _rows(random, names):
    """Return rows, most of which are good."""
    odd = random.choice([0.0, 0.02, 0.3])
    return [
        [random.choice(CELLS[name]) if random.random() < odd else PLAIN.get(name, "").format(at)
         for name in names]
        for at in range(random.choice([0, 1, 5, 40, 120]))
    ]  # fmt: skip


def _columns(random):
    names = [
        "group",
        "step2_ck",
        *random.sample(sorted(set(CELLS) - set(PLAIN)), random.randrange(4)),
    ]
    names += ["id"] if random.random() < 0.8 else []
    random.shuffle(names)
    return names


def odd_csv(seed):
    """Return the bytes of a CSV file, broken or not."""
    random = Random(seed)  # noqa: S311  no secret
    names = _columns(random)
    mark = random.choice([",", ";", "\t"])
    end = random.choice(["\n", "\n", "\r\n"])
    lines = [mark.join(cell.replace(mark, " ").replace("\t", " ") for cell in row)
             for row in _rows(random, names)]  # fmt: skip
    for _ in range(random.choice([0, 0, 1, 3])):
        lines.insert(random.randrange(len(lines) + 1), random.choice(
            ["", " ", mark * (len(names) - 1), mark * 9, "A" + mark + "B", f'"A{mark}"', '"B\nC"',
             'say "no"', '"open', "\x00", "a\rb", f"\u3000{mark}", f"{mark} x"]
        ))  # fmt: skip
    header = mark.join(random.choice([name, f" {name}"]) for name in names)
    if random.random() < 0.2:
        header = mark.join(f'"{name}"' for name in names)
    if random.random() < 0.1:
        header += random.choice([mark, f"{mark}shoe size", '"', f"{mark}group", "\r"])
    text = end.join([header, *lines]) + random.choice(["", end, end * 3])
    data = text.encode(random.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16"]))
    if random.random() < 0.05:
        data = data[: len(data) // 2] + b"\xff" + data[len(data) // 2 :]
    return data


def odd_parquet(seed):
    """Return the bytes of a Parquet file."""
    random = Random(seed)  # noqa: S311  no secret
    names = _columns(random)
    rows = _rows(random, names)
    arrays = []
    for at, name in enumerate(names):
        kind, cells = pa.string(), [row[at] for row in rows]
        if random.random() < 0.1:
            kind = pa.large_string()
        if name in OTHERS and random.random() < 0.3:
            kind, pool = random.choice(OTHERS[name])
            cells = [random.choice(pool) for _ in rows]
        cells = [None if cell == "" and random.random() < 0.5 else cell for cell in cells]
        arrays.append(pa.array(cells, kind))
        if kind == pa.string() and random.random() < 0.2:
            arrays[-1] = arrays[-1].dictionary_encode()
    stream = io.BytesIO()
    parquet.write_table(
        pa.Table.from_arrays(arrays, names=names), stream,
        row_group_size=random.choice([3, 17, 50, 1_000]),
        use_dictionary=random.random() < 0.7, compression=random.choice(["none", "zstd"]),
        store_schema=random.random() < 0.5,
    )  # fmt: skip
    return stream.getvalue()
