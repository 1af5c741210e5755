#!/usr/bin/env python3
"""No two headers define a type of one name in one namespace.

    check_type_names.py [ROOT]

Two such types break the one-definition rule as soon as both are linked, and the compiler sees neither
beside the other. Types are found by their column: clang-format indents what is inside of another.
"""
import collections
import pathlib
import re
import sys

STAGES = ("flow", "datasets", "contrastive", "pipelines", "tests")
NAMESPACE = re.compile(r"(?:inline )?namespace ([\w:]+) \{$")
TYPE = re.compile(r"(?:struct|class|union|enum(?: class)?) (?:alignas\([^)]*\) )?(\w+)(?![\w\s]*<)[^;]*\{")


def types(path):
    """namespace::name of each type that a header defines."""
    namespaces = []
    for line in path.read_text().splitlines():
        if opened := NAMESPACE.match(line):
            namespaces.append(opened.group(1))
        elif line.startswith("}  // namespace") and namespaces:
            namespaces.pop()
        elif defined := TYPE.match(line):
            yield "::".join([*namespaces, defined.group(1)])


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".")
    places = collections.defaultdict(list)
    for stage in STAGES:
        for path in sorted((root / stage).rglob("*.hpp")):
            for name in types(path):
                places[name].append(str(path.relative_to(root)))
    wrong = [f"{name} is defined in {' and '.join(paths)}" for name, paths in places.items() if len(paths) > 1]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    print(f"{len(places)} types in headers")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
