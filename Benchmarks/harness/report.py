"""From windows to a table: medians, spread, ratios to nginx of the same run, and the comparison with thresholds."""

from __future__ import annotations

from statistics import median

FIGURES = ("requests_per_second", "cpu_us_per_request", "p50_us", "p90_us", "p99_us", "rss_mb", "other_cores")


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


def summaries(windows: list[dict], starts: dict[str, list[float]]) -> dict:
    names = list(dict.fromkeys((w["scenario"], w["target"]) for w in windows))
    result: dict = {"scenarios": {}, "start_ms": {}}
    for scenario, target in names:
        result["scenarios"].setdefault(scenario, {})[target] = summary(windows, scenario, target)
    for target, values in starts.items():
        result["start_ms"][target] = {"median": median(values), "least": min(values), "most": max(values)}
    return result


def spread(figure: dict) -> float:
    """Half the distance between the extremes, as a share of the median."""
    return (figure["most"] - figure["least"]) / 2 / figure["median"] if figure["median"] else 0.0


def ratio(value: float, other: float) -> str:
    if not value or not other:
        return "–"
    # 0.00 would say nothing about how much slower something is.
    return f"{value / other:.2f}" if value >= other / 100 else f"1/{other / value:,.0f}"


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
        f"| {found['p50_us']['median']:,.0f} | {found['p99_us']['median']:,.0f} | {found['rss_mb']['median']:.1f} "
        f"| {format(start['median'], ',.0f') if start else '–'} | {found['valid']} of {found['windows']} |")


HEADER = (
    "| target | requests/s | × nginx | CPU µs/request | × nginx | p50 µs | p99 µs | RSS MB | start ms | windows |\n"
    "|---|---|---|---|---|---|---|---|---|---|")


def markdown(document: dict) -> str:
    machine, settings, result = document["machine"], document["settings"], document["summary"]
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
    for scenario in document["scenarios"]:
        found = result["scenarios"].get(scenario["name"], {})
        lines += ["", f"## {scenario['title']}", "", HEADER]
        lines += [
            row(target, found[target], found.get("nginx"), result["start_ms"].get(target)) for target in found]
        others = [f["other_cores"]["most"] for f in found.values() if f and "other_cores" in f]
        if others:
            lines += ["", f"Other work on the machine during a window: at most {max(others):.2f} cores."]
    if settings["first_in_line"]:
        lines += ["", "With real-time priority the kernel stops a busy core for 50 ms in each second: "
                  "p99 at 32 connections shows this pause and not the server."]
    if document["skipped"]:
        lines += ["", "## Not measured", ""]
        lines += [f"- {name}: {why}" for name, why in document["skipped"].items()]
    return "\n".join(lines) + "\n"


def value(result: dict, threshold: dict, target: str) -> float | None:
    """The median that a threshold speaks of, or nothing where it was not measured."""
    if threshold["figure"] == "start_ms":
        found = result["start_ms"].get(target)
        return found["median"] if found else None
    found = result["scenarios"].get(threshold["scenario"], {}).get(target) or {}
    return found[threshold["figure"]]["median"] if threshold["figure"] in found else None


def compare(result: dict, thresholds: list[dict]) -> list[dict]:
    """Each threshold with what was measured. What was not measured is not met: unknown is not good."""
    compared = []
    for threshold in thresholds:
        measured = value(result, threshold, threshold["target"])
        bound, relative = threshold["at_most"], threshold.get("times")
        if relative is not None:
            base = value(result, threshold, relative)
            bound = bound * base if base is not None else None
        met = measured is not None and bound is not None and measured <= bound
        compared.append({**threshold, "measured": measured, "bound": bound, "met": met})
    return compared


def comparison_lines(compared: list[dict]) -> list[str]:
    def text(number: float | None) -> str:
        return "(not measured)" if number is None else f"{number:,.1f}"

    return [
        f"{'met    ' if c['met'] else 'NOT MET'}  {c['what']}: {text(c['measured'])}, at most {text(c['bound'])}"
        for c in compared]
