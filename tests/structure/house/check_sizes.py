#!/usr/bin/env python3
"""Sizes of the house: 99 of 100 functions have at most 40 lines, no file more than 300.

A file or a function beyond that stands in `REASONS` below, with the reason. (That no folder holds
more than ten units is check_tree.cmake's.)

    check_sizes.py [ROOT]         checks, prints the distribution
    check_sizes.py --list FILE... prints "lines file:line name" of every function

A function is counted from the first line of its head (after `template` and comments) to its closing
brace. Functions are found by their braces: a brace in a namespace or class whose head ends in a
parameter list (and what may follow one) opens a function; lambdas belong to the function around.
"""
import pathlib
import re
import statistics
import sys

FUNCTION_LINES, FILE_LINES, SHARE = 40, 300, 0.99
STAGES = ("flow", "datasets", "contrastive", "pipelines", "tests")
SUFFIXES = (".cpp", ".hpp", ".h", ".sh", ".py", ".cmake")

# Longer files, and functions of more than 60 lines, with the reason.
REASONS = {
    "tests/support/tolerances.hpp": "one table: every tolerance of the tests beside its reason",
}

TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![\w'])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*",
    re.DOTALL | re.MULTILINE,
)
AFTER_PARAMETERS = re.compile(
    r"\)\s*(?:(?:const|noexcept|override|final|mutable|&&?)\s*(?:\([^()]*\)\s*)?)*"
    r"(?:->\s*[\w:<>,&*\s()]+?)?$"
)


def blank(match):
    """As many lines, nothing in them: braces in comments, texts and macros are none."""
    text = match.group()
    return '""' + "\n" * text.count("\n") if text[0] in "\"R'" else "\n" * text.count("\n")


def kind_of(head):
    """What a brace after `head` opens, outside of functions: 'scope', 'function' or 'values'."""
    plain = re.sub(r"^template\s*<.*?>\s*(?=[\w\[:])", "", head, flags=re.DOTALL)
    while re.search(r"<[^<>()]*>", plain):
        plain = re.sub(r"<[^<>()]*>", "", plain)
    if re.match(r"(inline\s+)?namespace\b|extern\s*\"\"", plain):
        return "scope"
    if re.match(r"enum\b", plain):
        return "values"
    if "(" not in re.sub(r"alignas\s*\([^()]*\)", "", plain):
        return "scope" if re.match(r"(typedef\s+)?(class|struct|union)\b", plain) else "values"
    outside = re.sub(r"operator\s*[^\s\w(]+|operator\s*\(\)", "operator", plain)
    while re.search(r"\([^()]*\)", outside):
        outside = re.sub(r"\([^()]*\)", "", outside)
    if "=" in outside:
        return "function" if re.search(r"=\s*\[", outside) else "values"
    if AFTER_PARAMETERS.search(plain) or plain.endswith("}"):
        return "function"
    return "values"  # of a member in a constructor's list


def functions(path):
    """(lines, first line, name) of each function of a file."""
    text = TOKENS.sub(blank, path.read_text())
    found, scopes, head, line, parentheses = [], [], "", 1, 0
    head_line = 1
    for place, letter in enumerate(text):
        inside = bool(scopes) and scopes[-1][0] != "scope"
        line += letter == "\n"
        if letter == "{":
            kind = "block" if inside or parentheses else kind_of(head.strip())
            scopes.append((kind, head_line, head.strip(), parentheses))
            head = "" if kind in ("function", "scope") else head
            parentheses = 0
        elif letter == "}" and scopes:
            kind, first, its_head, parentheses = scopes.pop()
            if kind == "function":
                found.append((line - first + 1, first, name_of(its_head)))
            if kind in ("function", "scope"):
                head = ""
            elif not (scopes and scopes[-1][0] != "scope"):
                head += "}"
        elif inside:
            continue
        elif letter == ";" and not parentheses:
            head = ""
        elif letter == ":" and re.fullmatch(r"\s*(public|private|protected)\s*", head):
            head = ""
        else:
            parentheses += (letter == "(") - (letter == ")")
            if not head.strip() or re.fullmatch(r"\s*template\s*<[^<>]*>\s*", head):
                head_line = line
            head += letter
            # A macro in the place of a declaration.
            if re.fullmatch(r"\s*[A-Z][A-Z0-9_]{3,}\s*\(.*\)", head, re.DOTALL) and not parentheses:
                head = head if text[place + 1 :].lstrip()[:1] == "{" else ""
    return found


def name_of(head):
    test = re.match(r"(TEST\w*|BENCHMARK\w*)\s*\(([^)]*)\)", head)
    if test:
        return ".".join(part.strip() for part in test.group(2).split(","))
    name = re.search(r"([\w:~]+|operator\s*[^\s\w]+|operator\(\))\s*\(", head)
    return name.group(1) if name else head.split("=")[0].split()[-1]


def sources(root):
    for stage in STAGES:
        for path in sorted((root / stage).rglob("*")):
            if path.suffix in SUFFIXES and "__pycache__" not in path.parts:
                yield path


def check(root):
    wrong, all_functions, lengths = [], [], []
    for path in sources(root):
        name = str(path.relative_to(root))
        lengths.append(len(path.read_text().splitlines()))
        if lengths[-1] > FILE_LINES and name not in REASONS:
            wrong.append(f"{name} has {lengths[-1]} lines, at most {FILE_LINES}")
        if path.suffix in (".cpp", ".hpp", ".h"):
            all_functions += [(n, f"{name}:{at}", what) for n, at, what in functions(path)]
    all_functions.sort(reverse=True)
    sizes = [entry[0] for entry in all_functions] or [0]
    longer = [entry for entry in all_functions if entry[0] > FUNCTION_LINES]
    if len(longer) > (1 - SHARE) * len(sizes):
        wrong.append(f"{len(longer)} of {len(sizes)} functions have more than {FUNCTION_LINES} lines:")
        wrong += [f"  {n} {at} {what}" for n, at, what in longer]
    wrong += [
        f"{at} {what} has {n} lines: split it, or give the reason"
        for n, at, what in longer
        if n > 1.5 * FUNCTION_LINES and what not in REASONS
    ]
    wrong += [f"{name} needs no exception" for name in REASONS if name.endswith("pp")
              and (root / name).exists()
              and len((root / name).read_text().splitlines()) <= FILE_LINES]
    hundredth = sizes[len(sizes) // 100]
    print(f"{len(sizes)} functions: median {statistics.median(sizes):g} lines, 99% within {hundredth}, "
          f"longest {sizes[0]}; {len(longer)} have more than {FUNCTION_LINES}")
    print(f"{len(lengths)} files: median {statistics.median(lengths or [0]):g} lines, "
          f"longest {max(lengths, default=0)}")
    return wrong


def main(arguments):
    if arguments[:1] == ["--list"]:
        for name in arguments[1:]:
            for n, at, what in functions(pathlib.Path(name)):
                print(n, f"{name}:{at}", what)
        return 0
    wrong = check(pathlib.Path(arguments[0] if arguments else "."))
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
