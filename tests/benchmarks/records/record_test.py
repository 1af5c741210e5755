#!/usr/bin/env python3
"""The comparison of records, on records that are made up: record_test.py"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import record  # noqa: E402


def figures(**values):
    units = {"seconds": record.SECONDS, "rate": record.RATE, "ratio": record.RATIO, "cost": record.COST_RATIO}
    return {name: {"value": value, "unit": units[name.split("_")[0]]} for name, value in values.items()}


def kept(processor="A", build_type="Release", **values):
    return {"machine": {"processor": processor, "build_type": build_type}, "figures": figures(**values)}


class Comparison(unittest.TestCase):
    def test_slower_is_above_one_for_times_and_for_rates(self):
        now = figures(seconds=3.0, rate=50.0, ratio=4.0, cost=2.0)
        before = figures(seconds=2.0, rate=100.0, ratio=8.0, cost=1.0)
        self.assertEqual(record.slowdowns(now, before), {"seconds": 1.5, "rate": 2, "ratio": 2, "cost": 2})

    def test_records_of_another_processor_or_build_share_their_ratios_only(self):
        before = kept(seconds=1.0, rate=1.0, ratio=2.0)
        same = record.compare_records(kept(seconds=1.0, rate=1.0, ratio=1.0), before)
        self.assertEqual(same, {"seconds": 1, "rate": 1, "ratio": 2})
        for other in (kept("B", seconds=9.0, ratio=1.0), kept(build_type="Debug", seconds=9.0, ratio=1.0)):
            self.assertEqual(record.compare_records(other, before), {"ratio": 2})

    def test_turns_are_compared_one_by_one(self):
        # The machine was twice as slow in the second turn: that says nothing about either build.
        now = [figures(seconds=1.0), figures(seconds=2.0), figures(seconds=1.1)]
        before = [figures(seconds=1.0), figures(seconds=2.0), figures(seconds=1.0)]
        self.assertEqual(record.compare_turns(now, before), {"seconds": 1})

    def test_what_is_beyond_the_band_is_flagged_and_fails(self):
        lines, ok = record.verdict({"a": 1.09, "b": 0.5}, set(), band=0.1)
        self.assertTrue(ok)
        self.assertFalse(any("SLOWER" in line for line in lines))
        lines, ok = record.verdict({"a": 1.11, "b": 0.5}, set(), band=0.1)
        self.assertFalse(ok)
        self.assertEqual([line.split()[0] for line in lines if "SLOWER" in line], ["a"])

    def test_a_figure_that_is_gone_fails(self):
        lines, ok = record.verdict({"a": 1.0}, {"b"}, band=0.1)
        self.assertFalse(ok)
        self.assertTrue(any(line.startswith("b ") for line in lines))

    def test_medians_of_turns_are_kept(self):
        turns = [figures(seconds=value) for value in (5.0, 1.0, 2.0)]
        self.assertEqual(record.medians(turns), figures(seconds=2.0))


if __name__ == "__main__":
    unittest.main()
