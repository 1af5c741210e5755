#!/usr/bin/env python3
"""clang-tidy over files of a tree of builds: read_by_clang_tidy.py TREE JOBS FILE... (see run_clang_tidy.sh).

Nearly all of its time goes into the headers of libraries, so that sources of one command are read as one text,
BATCH of them at once. A source whose names collide with another's waits for the next round. TREE/tidy/FILE holds
what a file passed with, TREE/tidy/FILE.log what was said where something was found in it.
"""

import collections
import concurrent.futures
import functools
import hashlib
import json
import pathlib
import re
import shlex
import subprocess
import sys

BATCH = 16
TIDY, CLANG = "clang-tidy-16", "clang++-16"
ROOT = pathlib.Path.cwd()
PLACE = re.compile(r"^(/[^:\n]*):(\d+):", re.M)
FINDING = re.compile(r"^/[^:\n]*:\d+:\d+: (error|warning): ")


def commands_of(tree):
    """The commands of each file, without their outputs."""
    commands = collections.defaultdict(list)
    for entry in json.loads((tree / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        file = pathlib.Path(entry["file"])
        if file.is_relative_to(ROOT):
            commands[str(file.relative_to(ROOT))].append(tuple(words[1:words.index("-o")]))
    return commands


@functools.cache
def text_of(file):
    return pathlib.Path(file).read_text()


@functools.cache
def ours_under(file):
    """The file and all of our headers under it."""
    found, waiting = {file}, [file]
    while waiting:
        names = re.findall(r'^#include "([^"]+)"', text_of(waiting.pop()), re.M)
        new = {name for name in names if pathlib.Path(name).exists()} - found
        found |= new
        waiting += new
    return found


class Batch:
    """Sources of one command, as one text at `path`."""

    def __init__(self, files, command, path):
        self.files, self.command, self.path = files, command, path
        self.firsts, text = [], ""
        for file in files:
            self.firsts.append(text.count("\n") + 1)
            text += text_of(file)
        path.write_text(text)

    def place(self, match):
        """FILE:LINE: of what stands at a line of the text."""
        line = int(match[2])
        if match[1] != str(self.path):
            return match[0]
        at = max(i for i, first in enumerate(self.firsts) if first <= line)
        return f"{ROOT / self.files[at]}:{line - self.firsts[at] + 1}:"

    def run(self, *words):
        """The status of a program over the text, and what it says of which file."""
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode, PLACE.sub(self.place, done.stdout), PLACE.sub(self.place, done.stderr)

    def colliding(self):
        """Those of its files that do not compile behind the others, or not without warnings."""
        status, _, said = self.run(CLANG, *self.command, "-Wno-unknown-warning-option", "-fsyntax-only",
                                   "-ferror-limit=0", str(self.path))
        at_fault = {line.split(":")[0] for line in said.splitlines() if ": error: " in line}
        named = [file for file in self.files if str(ROOT / file) in at_fault]
        return named or (self.files[1:] if status else [])

    def read(self):
        """What clang-tidy says, and the lines of it that are findings; a failure without any is one."""
        status, said, complaint = self.run(TIDY, "--quiet", "--config-file=.clang-tidy", str(self.path), "--",
                                           *self.command)
        found = [line for line in said.splitlines() if FINDING.match(line)]
        return said + complaint, found or ([f"{self.path}: {TIDY} exits with {status}"] if status else [])


class Reader:
    """Reads files and keeps what they passed with."""

    def __init__(self, tree):
        self.tree, self.commands = tree, commands_of(tree)
        version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
        rules = re.findall("^clang-tidy: (.*)", text_of("cmake/suppressions.txt"), re.M)
        self.suppressed = re.compile("|".join(rules) or r"(?!)")
        self.everywhere = "\n".join([version, *rules]) + re.sub("^#.*\n", "", text_of(".clang-tidy"), flags=re.M)
        self.failed = set()

    def basis(self, file):
        """What a file's verdict depends on, as one number."""
        texts = [self.everywhere, str(self.commands[file]), *map(text_of, sorted(ours_under(file)))]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest() + "\n"

    def has_passed(self, file):
        stamp = self.tree / "tidy" / file
        return stamp.exists() and stamp.read_text() == self.basis(file)

    def take(self, batch):
        """Reads those of a batch that compile together, and gives back the others."""
        left = batch.colliding() if len(batch.files) > 1 else []
        if not left:
            said, found = batch.read()
            found = [line for line in found if not self.suppressed.search(line)]
            if found and len(batch.files) > 1:  # what is so only beside other files is nothing
                for file in batch.files:
                    self.take(Batch([file], batch.command, batch.path))
            else:
                self.note(batch.files, said, found)
            return []
        kept = [file for file in batch.files if file not in left] or batch.files[:1]
        others = [file for file in batch.files if file not in kept]
        return others + self.take(Batch(kept, batch.command, batch.path))

    def note(self, files, said, findings):
        """Stamps the files that nothing was found in or under, and keeps what is said of the others."""
        places = {line.split(":")[0].removeprefix(f"{ROOT}/") for line in findings}
        foreign = places - set().union(*map(ours_under, files))
        for file in files:
            stamp, log = self.tree / "tidy" / file, self.tree / "tidy" / f"{file}.log"
            stamp.parent.mkdir(parents=True, exist_ok=True)
            if foreign or places & ours_under(file):
                log.write_text(said)
                stamp.unlink(missing_ok=True)
                self.failed.add(file)
            elif file not in self.failed:
                log.unlink(missing_ok=True)
                stamp.write_text(self.basis(file))
        print(*findings, sep="\n", end="\n" if findings else "", flush=True)

    def batches(self, files):
        """Files by their commands; what has several commands is read under each, alone."""
        groups = collections.defaultdict(list)
        for file in files:
            for command in self.commands[file]:
                groups[command if len(self.commands[file]) == 1 else (command, file)].append((file, command))
        cut = [group[i:i + BATCH] for group in groups.values() for i in range(0, len(group), BATCH)]
        return [Batch([file for file, _ in group], group[0][1], ROOT / self.tree / f"tidy/batch{i}.cpp")
                for i, group in enumerate(cut)]

    def read(self, files, jobs):
        """Reads all in rounds: who collided in one round is in the next."""
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            while files:
                left = pool.map(self.take, self.batches(files))
                files = [file for batch in left for file in batch]


def main():
    tree, jobs, files = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    (tree / "tidy").mkdir(parents=True, exist_ok=True)
    reader = Reader(tree)
    for file in (file for file in files if file not in reader.commands):
        print(f"{file}: not read: this tree does not compile it")
    stale = [file for file in files if file in reader.commands and not reader.has_passed(file)]
    for file in stale:
        (tree / "tidy" / file).unlink(missing_ok=True)
    reader.read(stale, jobs)
    for file in sorted(reader.failed):
        print(f"{file}: see {tree}/tidy/{file}.log")
    return bool(reader.failed)


if __name__ == "__main__":
    sys.exit(main())
