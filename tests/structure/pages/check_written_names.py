"""Compares the names that a page gives with files that its commands wrote into this folder, both ways.

usage: check_written_names.py PAGE.md

Under a heading of a file in backticks ("### `run/summary.json`"), the first column of the table lists its
names (keys, tensors, datasets; "x.*": any that begin so). In other tables the first column may name files,
and of a CSV file the second column its columns, then, after a colon, what they are. A row that says *if*
is of what need not be there. Prints what differs; exits with 1 if anything does.
"""
import csv
import fnmatch
import glob
import json
import pathlib
import re
import sys

problems = []


def in_backticks(text):
    return re.findall(r"`([^`]+)`", text)


def names_of_safetensors(path):
    data = pathlib.Path(path).read_bytes()
    return set(json.loads(data[8:8 + int.from_bytes(data[:8], "little")])) - {"__metadata__"}


def names_of_hdf5(path):
    import h5py

    with h5py.File(path) as file:
        return set(file)


def names_of_records(path, kind):
    records = map(json.loads, pathlib.Path(path).read_text().splitlines())
    return set().union(*(record for record in records if record["kind"] == kind))


def written_names(path, kind):
    if path.endswith(".jsonl"):
        return names_of_records(path, kind)
    if path.endswith(".safetensors"):
        return names_of_safetensors(path)
    return names_of_hdf5(path) if path.endswith(".h5") else set(json.loads(pathlib.Path(path).read_text()))


def compare(where, must, may, written):
    """Patterns that must or may be there, and what is."""
    for pattern in must:
        if not fnmatch.filter(written, pattern):
            problems.append(f"{where}: {pattern} is not there")
    for name in sorted(written):
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in must | may):
            problems.append(f"{where}: {name} is not on the page")


def csv_columns(cell):
    """What stands before the colon; "and `a`, each with `_low` and `_high`" are three each."""
    named = in_backticks(cell.split(":")[0])
    ends = [name for name in named if name.startswith("_")]
    if not ends:
        return named
    plain = [name for name in named if not name.startswith("_")]
    return plain[:2] + [name + end for name in plain[2:] for end in ["", *ends]]


def check_file_row(cells, documented):
    for pattern in in_backticks(cells[0]):
        documented.add(pattern)
        found = glob.glob(pattern)
        if not found and "*if*" not in cells[1]:
            problems.append(f"{pattern} was not written")
        if pattern.endswith(".csv") and len(in_backticks(cells[1])) > 2:
            with open(found[0]) as file:
                header = next(csv.reader(file))
            columns = csv_columns(cells[1])
            if header != columns:
                problems.append(f"{pattern}: columns are {header}, the page says {columns}")


def check_folders(documented):
    """Every file but pictures, their scripts and numbers is on the page."""
    for folder in sorted({pattern.split("/")[0] for pattern in documented}):
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_dir() or path.suffix in (".png", ".gp", ".csv", ".html"):
                continue
            if not any(fnmatch.fnmatchcase(str(path), pattern) for pattern in documented):
                problems.append(f"{path} is not on the page")


def check_page(lines):
    section, documented, n_sections = None, set(), 0
    tables = {}
    for line in lines:
        if line.startswith("#"):
            heading = in_backticks(line) if line.startswith("### `") else []
            section = tuple(heading) or None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if len(cells) < 2 or not in_backticks(cells[0]):
            continue
        if section:
            tables.setdefault(section, []).append(cells)
        elif "/" in cells[0]:
            check_file_row(cells, documented)
    for section, rows in tables.items():
        must = {name for cells in rows if "*if*" not in cells[1] for name in in_backticks(cells[0])}
        may = {name for cells in rows if "*if*" in cells[1] for name in in_backticks(cells[0])}
        compare(", ".join(section), must, may, written_names(section[0], section[-1]))
        n_sections += 1
    check_folders(documented)
    return n_sections, len(documented)


n_sections, n_files = check_page(pathlib.Path(sys.argv[1]).read_text().splitlines())
for problem in problems:
    print(problem, file=sys.stderr)
if n_sections:
    print(f"{sys.argv[1]}: the names of {n_sections} files, and {n_files} files")
sys.exit(1 if problems else 0)
