#!/usr/bin/env python3
"""Runs benchmarks, keeps what they measured as JSON, and compares it with another build or record.

    record.py BUILD RECORD.json [--only generator,loss,...] [--turns N] [--band 0.1]
              [--with BUILD2 | --with-main | --against RECORD2.json]

BUILD is a build tree with its benchmarks. --with BUILD2 runs both builds in turns, so that whatever else
the machine does touches both, and takes the median of the turns' ratios; --with-main builds the branch
main in a worktree beside BUILD for it. --against compares with a record that was kept: of the same
processor every figure, of another only the figures that are ratios themselves.

A figure is told as slowdown = time now / time before; above 1 + band it is flagged, and the exit status
is 1. Times are of the processor, not of the clock on the wall.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(command, **how):
    return subprocess.run([str(word) for word in command], check=True, **how)


def output(*command):
    try:
        return run(command, capture_output=True, text=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


# ---- the machine


def cached(build, name):
    """An entry of CMakeCache.txt; "" if there is none."""
    found = re.search(rf"^{name}:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M)
    return found.group(1) if found else ""


def torch_version(build):
    folder = cached(build, "Torch_DIR")
    try:
        text = (pathlib.Path(folder) / "TorchConfigVersion.cmake").read_text()
        return re.search(r'PACKAGE_VERSION "([^"]+)"', text).group(1)
    except (OSError, AttributeError):
        return "none" if not folder else "unknown"


def processor():
    try:
        cpuinfo = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*: (.*)$", cpuinfo, re.M)
    return found.group(1) if found else platform.machine()


def commit_of(folder):
    revision = output("git", "-C", folder, "rev-parse", "--short=12", "HEAD")
    changed = output("git", "-C", folder, "status", "--porcelain", "--untracked-files=no")
    return (revision or "unknown") + ("+" if changed else "")


def machine(build):
    compiler = output(cached(build, "CMAKE_CXX_COMPILER") or "c++", "--version").splitlines()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "compiler": compiler[0] if compiler else "unknown",
        "build_type": cached(build, "CMAKE_BUILD_TYPE"),
        "torch": torch_version(build),
        "openblas_coretype": os.environ.get("OPENBLAS_CORETYPE", ""),
        "load_before": round(os.getloadavg()[0], 2),
    }


# ---- the benchmarks: each gives {figure: (value, unit)}; units say what is better


RATE, SECONDS, RATIO, COST_RATIO = "1/s", "s", "ratio", "cost ratio"
LOWER_IS_BETTER = {SECONDS, COST_RATIO}
COMPARABLE_ANYWHERE = {RATIO, COST_RATIO}


def json_of(command):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "result.json"
        run([*command, f"--json={file}"], stdout=subprocess.DEVNULL)
        return json.loads(file.read_text())


def generator(build):
    result = json_of([build / "tests/benchmarks/generator_benchmark", "--seconds=0.5"])
    figures = {f"drifter steps/{name}": (rate, RATE)
               for name, rate in result["drifter_steps_per_second"].items()}
    figures.update({f"ratio/{name}": (ratio, RATIO) for name, ratio in result["ratios"].items()})
    return figures


def loss(build):
    result = json_of([build / "tests/benchmarks/loss_benchmark", "--rows=2048", "--seconds=4"])
    figures = {}
    for name, of in result.items():
        if not name.startswith("dims "):
            continue
        figures[f"{name}/streaming"] = (of["streaming_processor_seconds"], SECONDS)
        figures[f"{name}/plain over streaming"] = (of["processor_ratio"], RATIO)
    return figures


def processor_seconds(command, folder):
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    return spent() - before


def program(build):
    """The main job: flows, training, retrieval."""
    lagoon = build / "lagoon"
    with tempfile.TemporaryDirectory() as folder:
        of = {}
        for name, arguments in {
            "generate": "flows.h5 --samples 4000 --test-fraction 0.2 --seed 1",
            "train": "flows.h5 --run run --steps 20 --seed 1",
            "retrieve": "run flows.h5 --out out",
        }.items():
            if name != "generate" and torch_version(build) == "none":
                continue
            command = [lagoon, name, *arguments.split(), "--quiet", "--threads", "1"]
            of[name] = (processor_seconds(command, folder), SECONDS)
        return of


BENCHMARKS = {"generator": generator, "loss": loss, "program": program}


def turn(build, names):
    figures = {}
    for name in names:
        for figure, (value, unit) in BENCHMARKS[name](build).items():
            figures[f"{name}/{figure}"] = {"value": value, "unit": unit}
    return figures


def medians(turns):
    return {name: {"value": statistics.median(one[name]["value"] for one in turns), "unit": of["unit"]}
            for name, of in turns[0].items()}


# ---- the comparison


def slowdown(figure, before):
    """How many times the time before; the same for a rate, upside down."""
    ratio = figure["value"] / before["value"]
    return ratio if figure["unit"] in LOWER_IS_BETTER else 1 / ratio


def slowdowns(figures, before, same_processor=True):
    """By name, of the figures that both have and that may be compared."""
    return {name: slowdown(of, before[name]) for name, of in figures.items()
            if name in before and before[name]["unit"] == of["unit"]
            and (same_processor or of["unit"] in COMPARABLE_ANYWHERE)}


def compare_turns(turns, turns_before):
    each = [slowdowns(now, before) for now, before in zip(turns, turns_before)]
    return {name: statistics.median(one[name] for one in each) for name in each[0]}


def compare_records(record, before):
    same = all(record["machine"][key] == before["machine"][key] for key in ("processor", "build_type"))
    return slowdowns(record["figures"], before["figures"], same)


def verdict(ratios, missing, band):
    """Lines to print, and whether nothing is slower than the band allows."""
    lines = [f"{'figure':<58} slowdown"]
    for name, ratio in sorted(ratios.items(), key=lambda item: -item[1]):
        flag = "  SLOWER" if ratio > 1 + band else "  faster" if ratio < 1 - band else ""
        lines.append(f"{name:<58} {ratio:8.3f}{flag}")
    lines += [f"{name:<58} is not measured any more" for name in sorted(missing)]
    slower = sum(ratio > 1 + band for ratio in ratios.values())
    lines.append(f"{slower} of {len(ratios)} figures slower by more than {100 * band:g}%")
    return lines, slower == 0 and not missing


# ---- the program


def build_main(build, names):
    """Builds the branch main in a worktree beside `build`, configured as it is."""
    tree = build.parent / "build-main-source"
    if not tree.exists():
        run(["git", "-C", ROOT, "worktree", "add", "--detach", tree, "main"])
    run(["git", "-C", tree, "checkout", "--detach", "main"])
    options = [f"-D{name}={cached(build, name)}" for name in
               ("CMAKE_BUILD_TYPE", "CMAKE_CXX_COMPILER", "LAGOON_WITH_TORCH", "LAGOON_TORCH", "LAGOON_PYTHON")
               if cached(build, name)]
    run(["cmake", "-S", tree, "-B", tree / "build", "-G", "Ninja", *options])
    targets = ["lagoon" if name == "program" else f"{name}_benchmark" for name in names]
    run(["cmake", "--build", tree / "build", "--target", *targets])
    return tree / "build"


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("record", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(BENCHMARKS))
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--band", type=float, default=0.1)
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--with", dest="other", type=pathlib.Path)
    other.add_argument("--with-main", action="store_true")
    other.add_argument("--against", type=pathlib.Path)
    options = parser.parse_args(arguments)
    options.only = options.only.split(",")
    unknown = set(options.only) - set(BENCHMARKS)
    if unknown:
        parser.error(f"--only names {', '.join(sorted(unknown))}: give some of {', '.join(BENCHMARKS)}")
    return options


def measure(options, other):
    described = machine(options.build)  # with the load that others make
    turns, turns_before = [], []
    for _ in range(options.turns):
        turns.append(turn(options.build, options.only))
        if other:
            turns_before.append(turn(other, options.only))
    record = {
        "date": datetime.date.today().isoformat(),
        "commit": commit_of(ROOT),
        "machine": described,
        "turns": options.turns,
        "figures": medians(turns),
    }
    return record, turns, turns_before


def main(arguments):
    options = parse(arguments)
    options.build = options.build.resolve()
    other = build_main(options.build, options.only) if options.with_main else options.other
    record, turns, turns_before = measure(options, other and other.resolve())
    ratios, missing, ok = {}, set(), True
    if other:
        ratios = compare_turns(turns, turns_before)
        missing = turns_before[0].keys() - turns[0].keys()
    elif options.against:
        before = json.loads(options.against.read_text())
        ratios = compare_records(record, before)
        missing = {name for name in before["figures"].keys() - record["figures"].keys()
                   if name.split("/")[0] in options.only}
    if ratios or missing:
        record["slowdown"] = ratios
        lines, ok = verdict(ratios, missing, options.band)
        print("\n".join(lines))
    options.record.write_text(json.dumps(record, indent=1) + "\n")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
