import json

import pytest
from conftest import BENCHMARKS

from harness import pacing, report
from harness.cancelling import MOMENTS
from harness.scenarios import SCENARIOS
from harness.targets import targets


def window(target, scenario="plain-c32", faults=(), **figures):
    return {"target": target, "scenario": scenario, "faults": list(faults),
            **dict.fromkeys(report.FIGURES, 1.0), **figures}


def summaries(windows=(), starts=None, cancels=(), paces=()):
    return report.summaries(list(windows), starts or {}, list(cancels), list(paces))


CPU = {"what": "CPU", "target": "sluice", "scenario": "plain-c32", "figure": "cpu_us_per_request"}


def compared(windows, **threshold):
    return report.compare(summaries(windows), [CPU | threshold])[0]


def test_a_figure_is_the_median_of_the_windows_that_count():
    found = summaries([window("sluice", cpu_us_per_request=value) for value in (30, 20, 28)]
                      + [window("sluice", faults=["busy"], cpu_us_per_request=500)])
    figure = found["scenarios"]["plain-c32"]["sluice"]["cpu_us_per_request"]
    assert figure == {"median": 28, "least": 20, "most": 30}


def test_there_is_no_figure_where_half_of_the_windows_do_not_count():
    found = summaries([window("sluice"), window("sluice", faults=["busy"])])["scenarios"]["plain-c32"]["sluice"]
    assert "p50_us" not in found and found["faults"] == ["busy"]
    assert "no figure: busy" in report.row("sluice", found, None, None)


@pytest.mark.parametrize(("mine", "met"), [(27.0, True), (27.1, False)])
def test_a_ceiling_may_be_a_multiple_of_a_peers_figure(mine, met):
    windows = [window("sluice", cpu_us_per_request=mine), window("nginx", cpu_us_per_request=20)]
    found = compared(windows, at_most=1.35, times="nginx")
    assert found["met"] is met and found["bound"] == pytest.approx(27)


@pytest.mark.parametrize(("mine", "met"), [(75, True), (74, False)])
def test_a_floor_may_be_a_share_of_a_peers_figure(mine, met):
    windows = [window("sluice", cpu_us_per_request=mine), window("nginx", cpu_us_per_request=100)]
    found = compared(windows, at_least=0.75, times="nginx")
    assert found["met"] is met
    assert report.comparison_lines([found])[0].endswith(f"at least 75.0 ({mine / 100:.2f} times nginx's)")


@pytest.mark.parametrize(("mine", "met"), [(130, True), (131, False)])
def test_a_bound_may_be_on_what_is_added_to_anothers_figure(mine, met):
    windows = [window("sluice", cpu_us_per_request=mine), window("direct", cpu_us_per_request=50)]
    found = compared(windows, at_most=80, over="direct")
    assert found["met"] is met and found["measured"] == mine - 50


@pytest.mark.parametrize("threshold", [
    {"at_most": 1.35, "times": "nginx"}, {"at_most": 80, "over": "direct"}, {"at_least": 1, "scenario": "tls-c32"}])
def test_what_was_not_measured_is_not_met(threshold):
    found = compared([window("sluice")], **threshold)
    assert not found["met"] and "(not measured)" in report.comparison_lines([found])[0]


def test_clients_that_went_unseen_have_no_latest():
    def found(unseen):
        return summaries(cancels=[{"target": "sluice", "moment": "cancel-in-stream", "times": 4, "unseen": unseen,
                                   "milliseconds": [1.0, 3.0, 2.0, 4.0][unseen:]}])["scenarios"]["cancel-in-stream"]

    assert found(0)["sluice"]["worst_ms"]["median"] == 4 and found(0)["sluice"]["seen"]["median"] == 1
    assert "worst_ms" not in found(1)["sluice"] and found(1)["sluice"]["seen"]["median"] == 0.75


def test_the_report_names_all_that_was_measured():
    windows = [window(target, scenario, p50_us=p50) for scenario in ("plain-c32", "plain-c1", "tls-c32")
               for target, p50 in (("direct", 50), ("nginx", 70), ("sluice", 120), ("two-loops", 90))]
    text = report.markdown({
        "began": "now", "machine": {"processor": "P", "cores": 2, "memory_gb": 1, "kernel": "6", "file_system": "ext4",
                                    "versions": {"wrk": "wrk 4"}},
        "settings": {"busy_before": 0, "repetitions": 1, "seconds": 1, "warm_up": 1, "first_in_line": False},
        "scenarios": [{"name": s.name, "title": s.title, "tls": s.stand.tls, "connections": s.connections}
                      for s in SCENARIOS],
        "settled": {"sluice": "TLSv1.3 X"}, "skipped": {"litellm": "not there"},
        "steps": {"kind": "plain", "connections": 32, "requests": 10, "rollout": False, "instructions": 300.0,
                  "steps": [{"name": "codec", "about": "heads", "instructions": 300.0, "means": {"hashing": 7.0}}],
                  "kernel_calls": {"read": 2.0, "write": 1.5}},
        "summary": summaries(
            windows, {"sluice": [40.0, 50.0, 45.0]},
            [{"target": "sluice", "moment": moment, "times": 1, "unseen": 0, "milliseconds": [2.5]}
             for moment in MOMENTS],
            [{"target": target, "first_us": [x], "event_us": [x]} for target, x in (("direct", 50), ("sluice", 130))])})
    assert "Added to p50 over direct, µs: nginx +20, sluice +70, two-loops +40." in text
    assert "| 45 | 1 of 1 |" in text
    assert "| sluice | within a stream | 1 | 100.0% | 2.50 | 2.50 | 2.50 |" in text
    assert "| sluice | 130 | +80 | 130 | 130 | +80 | 130 |" in text
    assert "| codec | 300 | 100.0% | 7 | heads |" in text and "read 2.00, write 1.50; 3.50 in all." in text
    assert "Settled on: sluice TLSv1.3 X." in text and "- litellm: not there" in text


def test_each_threshold_speaks_of_what_is_measured():
    scenarios = {s.name: s for s in SCENARIOS}
    figures = {"start": {"start_ms"}, **{moment: {"seen", "worst_ms", "p50_ms", "p99_ms"} for moment in MOMENTS},
               pacing.SCENARIO: {"first_p50_us", "event_p50_us"}, **dict.fromkeys(scenarios, set(report.FIGURES))}
    by_name = {target.name: target for target in targets()}
    for threshold in json.loads((BENCHMARKS / "thresholds.json").read_text()):
        assert ("at_most" in threshold) != ("at_least" in threshold)
        assert threshold["figure"] in figures[threshold["scenario"]], threshold["what"]
        for name in {threshold["target"], threshold.get("times"), threshold.get("over")} - {None, "direct"}:
            if scenario := scenarios.get(threshold["scenario"]):
                assert by_name[name].takes_part(scenario), threshold["what"]
