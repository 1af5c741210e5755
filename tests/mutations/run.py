#!/usr/bin/env python3
"""Makes the listed mistakes, one at a time, in a copy of the tree, and says which the tests notice.

    python3 tests/mutations/run.py --check         whether every entry still fits the tree: seconds
    python3 tests/mutations/run.py                 the rest of all: an hour of two cores
    python3 tests/mutations/run.py flow-03 ...     these alone, again
    python3 tests/mutations/run.py --survivors     those that nobody noticed, again

Each *.toml beside this file lists mistakes: the text before, which is once in its file, and after;
what breaks; the test program and the filter that should fail. The copy, with a build of its own, is
build-mutations/ (--scratch). results.jsonl there has a line an attempt: "caught", "survived", "not
built" (counts for nothing) or "timeout" (counts as caught). A run goes on where the last one ended;
exit 1 if an entry does not fit or fewer are caught than kWanted of all.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

kHere = pathlib.Path(__file__).resolve().parent
kTree = kHere.parents[1]
kMark = ".mutations-scratch"  # only a folder that holds it is written over
kWanted = 0.95
kTestSeconds = 900
kBuildSeconds = 1800


def read_list():
    entries = []
    for path in sorted(kHere.glob("*.toml")):
        table = tomllib.loads(path.read_text())
        entries += [{"program": table["program"], **entry} for entry in table["mutation"]]
    return entries


def misfits(entries):
    """One line for each entry that does not fit the tree."""
    lines = []
    for entry in entries:
        path = kTree / entry["file"]
        found = path.read_text().count(entry["before"]) if path.is_file() else -1
        if found != 1:
            what = "is missing" if found < 0 else f"holds the text {found} times, not once"
            lines.append(f"{entry['id']}: {entry['file']} {what}: {entry['before']!r}")
    return lines


def tracked_files():
    listed = subprocess.run(["git", "-C", kTree, "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], check=True, capture_output=True).stdout
    names = (name.decode() for name in listed.split(b"\0") if name)
    return [name for name in names if (kTree / name).is_file()]


def write_if_other(path, content):
    """Leaves equal files, and so their objects, as they are."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


class Scratch:
    def __init__(self, folder, jobs):
        self.folder = folder
        self.build = folder / "build"
        self.jobs = str(jobs)
        if folder.exists() and not (folder / kMark).exists():
            sys.exit(f"{folder}: is no copy that an earlier run made (name another by --scratch)")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / kMark).touch()
        for name in tracked_files():
            write_if_other(folder / name, (kTree / name).read_bytes())
            shutil.copymode(kTree / name, folder / name)
        if not (self.build / "CMakeCache.txt").exists():
            subprocess.run(["cmake", "-C", "cmake/presets/release.cmake", "-S", ".", "-B", "build",
                            "-G", "Ninja", "-DLAGOON_BUILD_BENCHMARKS=OFF"], cwd=folder, check=True)

    def make(self, program):
        """The build's output if it failed, else nothing."""
        try:
            done = subprocess.run(["cmake", "--build", self.build, "-j", self.jobs, "--target",
                                   program], capture_output=True, text=True, timeout=kBuildSeconds)
        except subprocess.TimeoutExpired:
            return "took too long"
        return done.stdout[-3000:] if done.returncode else ""

    def run(self, program, tests):
        """(outcome, first failed tests)"""
        path = next(self.build.glob(f"tests/**/{program}"))
        try:
            done = subprocess.run([path, f"--gtest_filter={tests}", "--gtest_fail_fast",
                                   "--gtest_brief=1"], capture_output=True, text=True,
                                  errors="replace", timeout=kTestSeconds, cwd=self.folder)
        except subprocess.TimeoutExpired:
            return "timeout", []
        failed = [line.split("]")[1].split("(")[0].split(",")[0].strip()
                  for line in done.stdout.splitlines() if line.startswith("[  FAILED  ]")]
        return ("caught" if done.returncode else "survived"), failed[:1]

    def require_passing(self, program, filters):
        """Unharmed, the tests pass: otherwise they would notice anything."""
        problem = self.make(program)
        if problem:
            sys.exit(f"{program} cannot be built without any mistake:\n{problem}")
        outcome, failed = self.run(program, ":".join(sorted(filters)))
        if outcome != "survived":
            sys.exit(f"{program} fails without any mistake: {failed}")

    def attempt(self, entry):
        path = self.folder / entry["file"]
        sound = (kTree / entry["file"]).read_text()
        result = {"id": entry["id"], "program": entry["program"], "filter": entry["filter"]}
        begin = time.time()
        try:
            path.write_text(sound.replace(entry["before"], entry["after"]))
            problem = self.make(entry["program"])
            result["build_seconds"] = round(time.time() - begin)
            if problem:
                return {**result, "outcome": "not built", "why": problem}
            begin = time.time()
            result["outcome"], result["failed"] = self.run(entry["program"], entry["filter"])
            result["test_seconds"] = round(time.time() - begin)
            return result
        finally:
            path.write_text(sound)


def last_outcomes(path):
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return {line["id"]: line["outcome"] for line in lines}


def chosen(entries, options, known):
    if options.ids:
        return [entry for entry in entries if entry["id"] in options.ids]
    if options.survivors:
        return [entry for entry in entries if known.get(entry["id"]) == "survived"]
    return [entry for entry in entries if entry["id"] not in known]


def is_caught(outcome):
    return outcome in ("caught", "timeout")


def run_all(scratch, results, todo):
    order = sorted(todo, key=lambda entry: (entry["program"], entry["file"]))
    checked = set()
    for entry in order:
        program = entry["program"]
        if program not in checked:
            filters = {other["filter"] for other in order if other["program"] == program}
            scratch.require_passing(program, filters)
            checked.add(program)
        result = scratch.attempt(entry)
        with results.open("a") as file:
            file.write(json.dumps(result) + "\n")
        print(f"{result['id']}: {result['outcome']} {' '.join(result.get('failed', []))}",
              flush=True)


def main():
    parser = argparse.ArgumentParser(description="Which mistakes do the tests notice?")
    parser.add_argument("ids", nargs="*", help="entries to try again; else all that are left")
    parser.add_argument("--check", action="store_true", help="only: does every entry still fit?")
    parser.add_argument("--survivors", action="store_true", help="those that nobody noticed, again")
    parser.add_argument("--scratch", type=pathlib.Path, default=kTree / "build-mutations")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    entries = read_list()
    wrong = misfits(entries)
    for line in wrong:
        print(f"does not fit any more: {line}", file=sys.stderr)
    if options.check or wrong:
        print(f"{len(entries) - len(wrong)} of {len(entries)} mistakes fit the tree")
        sys.exit(1 if wrong else 0)
    scratch = Scratch(options.scratch.resolve(), options.jobs)
    results = scratch.folder / "results.jsonl"
    run_all(scratch, results, chosen(entries, options, last_outcomes(results)))
    known = last_outcomes(results)
    caught = sum(is_caught(known.get(entry["id"])) for entry in entries)
    missed = [entry["id"] for entry in entries if not is_caught(known.get(entry["id"]))]
    print(f"{caught} of {len(entries)} mistakes are caught; not: {' '.join(missed) or 'none'}")
    sys.exit(0 if caught >= kWanted * len(entries) else 1)


if __name__ == "__main__":
    main()
