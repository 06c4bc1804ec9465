"""From windows to a table: medians, spread, ratios to nginx of the same run, and the comparison with thresholds."""

from __future__ import annotations

from statistics import median

from harness import pacing, steps_report
from harness.cancelling import MOMENTS
from harness.load import percentile

FIGURES = ("requests_per_second", "cpu_us_per_request", "requests_per_busiest_second", "p50_us", "p90_us", "p99_us",
           "rss_mb", "other_cores")


def summary(windows: list[dict], scenario: str, target: str) -> dict | None:
    """Medians over the windows that count, with the smallest and the largest value of each figure."""
    chosen = [w for w in windows if w["scenario"] == scenario and w["target"] == target]
    valid = [w for w in chosen if not w["faults"]]
    if not chosen:
        return None
    result: dict = {"windows": len(chosen), "valid": len(valid), "faults": [f for w in chosen for f in w["faults"]]}
    # Where most of the windows do not count, there is no figure.
    if 2 * len(valid) > len(chosen):
        for name in FIGURES:
            values = [w[name] for w in valid]
            result[name] = {"median": median(values), "least": min(values), "most": max(values)}
    return result


def of(values: list[float]) -> dict:
    return {"median": median(values), "least": min(values), "most": max(values)}


def exactly(number: float) -> dict:
    return {"median": number, "least": number, "most": number}


def summaries(windows: list[dict], starts: dict[str, list[float]], cancels: list[dict], paces: list[dict]) -> dict:
    """By scenario and target, whatever it was measured by: so a threshold may speak of any of them."""
    names = list(dict.fromkeys((w["scenario"], w["target"]) for w in windows))
    result: dict = {"scenarios": {}}

    def put(scenario: str, target: str, found: dict | None) -> None:
        result["scenarios"].setdefault(scenario, {})[target] = found

    for scenario, target in names:
        put(scenario, target, summary(windows, scenario, target))
    for target, values in starts.items():
        put("start", target, {"start_ms": of(values)})
    for found in cancels:
        took = sorted(found["milliseconds"])
        put(found["moment"], found["target"], {
            "times": exactly(found["times"]), "seen": exactly(1 - found["unseen"] / found["times"]),
            **({"p50_ms": exactly(median(took)), "p99_ms": exactly(percentile(took, 99))} if took else {}),
            # Where one was never seen, there is no latest.
            **({} if found["unseen"] else {"worst_ms": exactly(took[-1])})})
    for found in paces:
        first, event = sorted(found["first_us"]), sorted(found["event_us"])
        put(pacing.SCENARIO, found["target"], {
            name: exactly(value) for name, value in (
                ("first_p50_us", median(first)), ("first_p99_us", percentile(first, 99)),
                ("event_p50_us", median(event)), ("event_p99_us", percentile(event, 99)))})
    return result


def spread(figure: dict) -> float:
    """Half the distance between the extremes, as a share of the median."""
    return (figure["most"] - figure["least"]) / 2 / figure["median"] if figure["median"] else 0.0


def ratio(value: float, other: float) -> str:
    if not value or not other:
        return "–"
    # 0.00 would say nothing about how much slower something is.
    return f"{value / other:.2f}" if value >= other / 100 else f"1/{other / value:,.0f}"


def microseconds(figure: dict) -> str:
    """Microseconds, where the program of load told them."""
    return f"{figure['median']:,.0f}" if figure["median"] else "–"


def row(target: str, found: dict | None, nginx: dict | None, start: dict | None) -> str:
    if found is None or "p50_us" not in found:
        why = "; ".join(dict.fromkeys(found["faults"])) if found else "not measured"
        return f"| {target} | no figure: {why} |" + " |" * 8
    rate, cpu = found["requests_per_second"], found["cpu_us_per_request"]
    of_nginx = ("–", "–")
    if nginx and "p50_us" in nginx:
        of_nginx = (ratio(rate["median"], nginx["requests_per_second"]["median"]),
                    ratio(cpu["median"], nginx["cpu_us_per_request"]["median"]))
    return (
        f"| {target} | {rate['median']:,.0f} ± {spread(rate):.0%} | {of_nginx[0]} "
        f"| {cpu['median']:,.1f} ± {spread(cpu):.0%} | {of_nginx[1]} "
        f"| {microseconds(found['p50_us'])} | {microseconds(found['p99_us'])} | {found['rss_mb']['median']:.1f} "
        f"| {format(start['median'], ',.0f') if start else '–'} | {found['valid']} of {found['windows']} |")


HEADER = (
    "| target | requests/s | × nginx | CPU µs/request | × nginx | p50 µs | p99 µs | RSS MB | start ms | windows |\n"
    "|---|---|---|---|---|---|---|---|---|---|")


def added(found: dict) -> list[str]:
    """What stands between client and upstream adds to the median, in microseconds."""
    if not (direct := found.get("direct")) or "p50_us" not in direct:
        return []
    each = [f"{target} {of['p50_us']['median'] - direct['p50_us']['median']:+,.0f}"
            for target, of in found.items() if target != "direct" and of and "p50_us" in of]
    return ["", f"Added to p50 over direct, µs: {', '.join(each)}."] if each else []


def loops(found: dict) -> list[str]:
    one, two = found.get("sluice") or {}, found.get("two-loops") or {}
    if "requests_per_second" not in one or "requests_per_second" not in two:
        return []

    def times(figure: str) -> str:
        return ratio(two[figure]["median"], one[figure]["median"])

    return ["", f"Two loops carry {times('requests_per_second')} times the requests a second of one on these cores, "
                f"which wrk and the upstream share; {times('requests_per_busiest_second')} times for a second of the "
                "busiest thread, which is what they would carry on cores of their own."]


def cancel_lines(scenarios: dict) -> list[str]:
    rows = [(moment, about, target, found) for moment, about in MOMENTS.items()
            for target, found in scenarios.get(moment, {}).items()]
    if not rows:
        return []
    lines = ["", "## A client leaves, and the upstream sees it", "",
             "| target | when | clients | seen | p50 ms | p99 ms | latest ms |", "|---|---|---|---|---|---|---|"]
    for _, about, target, found in rows:
        times = [f"{found[name]['median']:.2f}" if name in found else "–" for name in ("p50_ms", "p99_ms", "worst_ms")]
        lines.append(f"| {target} | {about} | {found['times']['median']:.0f} | {found['seen']['median']:.1%} | "
                     + " | ".join(times) + " |")
    return lines


def pace_lines(scenarios: dict) -> list[str]:
    found = scenarios.get(pacing.SCENARIO, {})
    if not found:
        return []
    names = ("first_p50_us", "first_p99_us", "event_p50_us", "event_p99_us")
    direct = found.get("direct")
    lines = ["", "## A stream at a model's pace, 1 connection", "",
             "| target | first event p50 µs | over direct | p99 µs | later events p50 µs | over direct | p99 µs |",
             "|---|---|---|---|---|---|---|"]
    for target, figures in found.items():
        first, first_late, event, event_late = (figures[name]["median"] for name in names)
        over = ["–", "–"]
        if direct and target != "direct":
            over = [f"{figures[name]['median'] - direct[name]['median']:+,.0f}" for name in (names[0], names[2])]
        lines.append(f"| {target} | {first:,.0f} | {over[0]} | {first_late:,.0f} | {event:,.0f} | {over[1]} "
                     f"| {event_late:,.0f} |")
    return lines


def markdown(document: dict) -> str:
    machine, settings = document["machine"], document["settings"]
    scenarios = document["summary"]["scenarios"]
    lines = [
        f"# Benchmark of {document['began']}",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, Linux {machine['kernel']}, "
        f"data on {machine['file_system']}, {settings['busy_before']:.2f} cores busy with other work before. "
        f"{settings['repetitions']} interleaved windows of {settings['seconds']:g} s after {settings['warm_up']:g} s "
        f"of warm-up; {'real-time priority' if settings['first_in_line'] else 'ordinary priority'}.",
        "",
        "Versions: " + "; ".join(machine["versions"].values()) + ".",
    ]
    starts = scenarios.get("start", {})
    for scenario in document["scenarios"]:
        found = scenarios.get(scenario["name"], {})
        lines += ["", f"## {scenario['title']}", "", HEADER]
        lines += [
            row(target, found[target], found.get("nginx"), starts.get(target, {}).get("start_ms")) for target in found]
        lines += (added(found) if scenario["connections"] == 1 else []) + loops(found)
        if scenario["tls"] and document["settled"]:
            lines += ["", "Settled on: " + "; ".join(f"{name} {of}" for name, of in document["settled"].items()) + "."]
        others = [f["other_cores"]["most"] for f in found.values() if f and "other_cores" in f]
        if others:
            lines += ["", f"Other work on the machine during a window: at most {max(others):.2f} cores."]
    lines += cancel_lines(scenarios) + pace_lines(scenarios)
    if document["steps"]:
        lines += ["", "## Instructions for a request", "", *steps_report.section(document["steps"])]
    if settings["first_in_line"]:
        lines += ["", "With real-time priority the kernel stops a busy core for 50 ms in each second: "
                  "p99 at 32 connections shows this pause and not the server."]
    if document["skipped"]:
        lines += ["", "## Not measured", ""]
        lines += [f"- {name}: {why}" for name, why in document["skipped"].items()]
    return "\n".join(lines) + "\n"


def value(result: dict, threshold: dict, target: str) -> float | None:
    """The median that a threshold speaks of, or nothing where it was not measured."""
    found = result["scenarios"].get(threshold["scenario"], {}).get(target) or {}
    return found[threshold["figure"]]["median"] if threshold["figure"] in found else None


def compare(result: dict, thresholds: list[dict]) -> list[dict]:
    """Each threshold with what was measured. What was not measured is not met: unknown is not good.

    A bound is `at_most` or `at_least`: of the figure itself, of it `times` another target's, or `over` another's.
    """
    return [compare_one(result, threshold) for threshold in thresholds]


def compare_one(result: dict, threshold: dict) -> dict:
    measured = value(result, threshold, threshold["target"])
    is_ceiling = "at_most" in threshold
    bound = threshold["at_most" if is_ceiling else "at_least"]
    if other := threshold.get("times"):
        base = value(result, threshold, other)
        bound = bound * base if base is not None else None
    if other := threshold.get("over"):
        base = value(result, threshold, other)
        measured = measured - base if measured is not None and base is not None else None
    known = measured is not None and bound is not None
    met = known and (measured <= bound if is_ceiling else measured >= bound)
    return {**threshold, "measured": measured, "bound": bound, "met": met}


def comparison_lines(compared: list[dict]) -> list[str]:
    def text(number: float | None) -> str:
        if number is None:
            return "(not measured)"
        return f"{number:,.1f}" if number < 1000 else f"{number:,.0f}"

    return [
        f"{'met    ' if c['met'] else 'NOT MET'}  {c['what']}: {text(c['measured'])}, "
        f"{'at most' if 'at_most' in c else 'at least'} {text(c['bound'])}" + share(c) for c in compared]


def share(compared: dict) -> str:
    """How many times the other target's figure it is, which is what such a threshold is about."""
    if not compared.get("times") or compared["measured"] is None or not compared["bound"]:
        return ""
    allowed = compared.get("at_most", compared.get("at_least"))
    return f" ({compared['measured'] / (compared['bound'] / allowed):.2f} times {compared['times']}'s)"
