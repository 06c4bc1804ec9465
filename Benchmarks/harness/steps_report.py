"""The table of a request's steps, and what changed since an earlier one."""

from __future__ import annotations

from harness.attribution import UNCLAIMED, Attribution, Table

# Functions below this share of a request are not worth their line in the file.
KEPT_FUNCTIONS = 400


def document(found: Attribution, table: Table, requests: int, calls: dict[str, float]) -> dict:
    """Everything for each request, to be written as JSON."""
    names = [step.name for step in table.steps] + [UNCLAIMED]
    about = {step.name: step.about for step in table.steps} | {UNCLAIMED: "of no step, and called from none"}
    return {
        "format": "sluice-steps/1",
        "requests": requests,
        "instructions": found.total / requests,
        "steps": [
            {"name": name, "about": about[name], "instructions": found.steps[name] / requests,
             "means": {means: found.means[name, means] / requests for means in table.means}}
            for name in names if found.steps[name] >= requests],
        "functions": [
            {"step": step, "name": name, "instructions": spent / requests}
            for (step, name), spent in found.functions.most_common(KEPT_FUNCTIONS)],
        "kernel_calls": dict(sorted(calls.items(), key=lambda call: -call[1])),
    }


def change(now: float, before: float) -> str:
    return f"{now - before:+,.0f}"


def markdown(found: dict, before: dict | None, functions: int, only: str | None) -> str:
    lines = [f"# Instructions for a request, {found['began']}", "", found["sluice"] + ".", "", *section(found, before)]
    if functions:
        lines += ["", *largest(found, before, functions, only)]
    return "\n".join(lines) + "\n"


def section(found: dict, before: dict | None = None) -> list[str]:
    """The table of the steps and the kernel's calls, as it also stands in the report of a whole run."""
    means = list(found["steps"][0]["means"]) if found["steps"] else []
    whole = found["instructions"]
    since = ["change"] if before else []
    columns = ["step", "instructions", "share", *means, *since, "what it is"]
    lines = [
        f"{found['kind']}, {found['connections']} connections, {found['requests']:,} requests"
        f"{', a rollout under way' if found['rollout'] else ''}. Of the instructions of a step, some are "
        f"{', '.join(means)}.", "",
        cells(columns), "|---" * len(columns) + "|"]
    old = {step["name"]: step["instructions"] for step in before["steps"]} if before else {}
    for step in sorted(found["steps"], key=lambda step: -step["instructions"]):
        spent = step["instructions"]
        lines.append(cells([
            step["name"], f"{spent:,.0f}", f"{spent / whole:.1%}", *(f"{step['means'][name]:,.0f}" for name in means),
            *([change(spent, old.get(step["name"], 0))] if before else []), step["about"]]))
    totals = [sum(step["means"][name] for step in found["steps"]) for name in means]
    lines.append(cells([
        "**all**", f"{whole:,.0f}", "100.0%", *(f"{total:,.0f}" for total in totals),
        *([change(whole, before["instructions"])] if before else []), ""]))
    if found["kernel_calls"]:
        calls = [f"{name} {count:.2f}" for name, count in found["kernel_calls"].items() if count >= 0.005]
        lines += ["", f"Calls of the kernel for a request: {', '.join(calls)}; "
                      f"{sum(found['kernel_calls'].values()):.2f} in all."]
    return lines


def cells(texts: list[str]) -> str:
    return "| " + " | ".join(texts) + " |"


def largest(found: dict, before: dict | None, count: int, only: str | None) -> list[str]:
    old = {(row["step"], row["name"]): row["instructions"] for row in before["functions"]} if before else {}
    chosen = [row for row in found["functions"] if only in (None, row["step"])][:count]
    lines = ["| instructions | " + ("change | " if before else "") + "step | function |",
             "|---|---|---|" + ("---|" if before else "")]
    for row in chosen:
        since = f"{change(row['instructions'], old.get((row['step'], row['name']), 0))} | " if before else ""
        name = row["name"].replace("|", "\\|")
        lines.append(f"| {row['instructions']:,.0f} | {since}{row['step']} | `{name[:110]}` |")
    return lines
