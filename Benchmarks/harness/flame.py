"""A picture of sampled stacks: each frame a bar above who called it, as wide as the share of samples it is in.

Drawn as an SVG without scripts. A bar's whole name and its share are shown where the pointer rests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

WIDTH, MARGIN, ROW, HEAD, LETTER = 1200, 16, 17, 64, 7.3
#: A bar narrower than this, in pixels, is not drawn, nor what is above it.
NARROWEST = 0.4
KINDS = {
    "sluice": ("Sluice", re.compile(r"\b(HTTPWire|ChatWire|StrictJSON|AccessPolicy|Quota|Ledger|Store|Upstreams|"
                                    r"Telemetry|Gateway|ReleaseModel|Signals|Arms|Conductor|ControlAPI|sluice)\b")),
    "kernel": ("the kernel", re.compile(r"_\[k\]$")),
    "package": ("packages, as swift-nio", re.compile(r"\b(NIO\w*|Crypto\w*|_NIO\w*|Logging|Hummingbird\w*|CNIO\w*)\b")),
    "runtime": ("Swift's runtime and the C library", re.compile("")),
}
STYLE = """svg{background:#fff}text{fill:#1f2430;font:12px ui-monospace,monospace}
.title{font:600 16px system-ui,sans-serif}
.soft{fill:#6b7280;font:13px system-ui,sans-serif}.sluice{fill:#8fd3c8}.package{fill:#b5cdf0}.runtime{fill:#d8dce2}
.kernel{fill:#f6c9a8}rect:hover{opacity:.6}
@media (prefers-color-scheme:dark){svg{background:#14171c}text{fill:#e5e7eb}.soft{fill:#9ca3af}.sluice{fill:#0f766e}
.package{fill:#274b7d}.runtime{fill:#3d444d}.kernel{fill:#8a3b10}}"""


@dataclass
class Frame:
    """A node of the tree of calls; `samples` counts those that it or something above it was seen in."""

    name: str
    kind: str
    samples: int = 0
    above: dict[str, Frame] = field(default_factory=dict)


@dataclass(frozen=True)
class Bar:
    frame: Frame
    left: float
    width: float
    depth: int


def kind_of(symbol: str, module: str | None = None) -> str:
    return next(kind for kind, (_, pattern) in KINDS.items() if pattern.search(module or symbol))


def tree(stacks: Counter[tuple[str, ...]], kinds: dict[str, str]) -> Frame:
    """The tree of the stacks; `kinds` says of a frame's name whose it is."""
    root = Frame("all", "runtime")
    for stack, count in stacks.items():
        root.samples += count
        at = root
        for frame in stack:
            at = at.above.setdefault(frame, Frame(frame, kinds.get(frame) or kind_of(frame)))
            at.samples += count
    return root


def bars(root: Frame, width: float) -> Iterator[Bar]:
    """From the bottom up; neighbours by name, so that two pictures can be compared."""
    waiting = [Bar(root, 0.0, width, 0)]
    while waiting:
        bar = waiting.pop()
        if bar.width < NARROWEST:
            continue
        yield bar
        left = bar.left
        for name in sorted(bar.frame.above):
            frame = bar.frame.above[name]
            share = bar.width * frame.samples / bar.frame.samples
            waiting.append(Bar(frame, left, share, bar.depth + 1))
            left += share


def shortened(name: str, width: float) -> str:
    room = int((width - 4) / LETTER)
    if room < 3:
        return ""
    return name if len(name) <= room else name[:room - 1] + "…"


def draw(root: Frame, title: str, subtitle: str) -> str:
    drawn = list(bars(root, WIDTH - 2 * MARGIN))
    rows = 1 + max(bar.depth for bar in drawn)
    height = HEAD + rows * ROW + 44
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(subtitle)}</desc><style>{STYLE}</style>',
        f'<text class="title" x="{MARGIN}" y="28">{escape(title)}</text>',
        f'<text class="soft" x="{MARGIN}" y="50">{escape(subtitle)}</text>']
    for bar in drawn:
        left, top = MARGIN + bar.left, HEAD + (rows - 1 - bar.depth) * ROW
        share = bar.frame.samples / root.samples
        label = shortened(bar.frame.name.removesuffix("_[k]"), bar.width)
        lines.append(
            f'<g><title>{escape(bar.frame.name)}: {share:.1%}, {bar.frame.samples:,} samples</title>'
            f'<rect class="{bar.frame.kind}" x="{left:.1f}" y="{top}" width="{max(bar.width - 0.5, 0.3):.1f}" '
            f'height="{ROW - 1}" rx="1"/>'
            + (f'<text x="{left + 3:.1f}" y="{top + 12}">{escape(label)}</text>' if label else "") + "</g>")
    left, top = MARGIN, height - 26
    for kind, (what, _) in KINDS.items():
        lines.append(f'<rect class="{kind}" x="{left}" y="{top}" width="14" height="14" rx="2"/>'
                     f'<text class="soft" x="{left + 20}" y="{top + 12}">{escape(what)}</text>')
        left += 50 + 7.2 * len(what)
    return "\n".join([*lines, "</svg>"]) + "\n"
