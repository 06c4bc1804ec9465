"""The reference of error codes says what the sources say: no code without a row, no row without a code."""

import re

import pytest

from processes import ROOT

SOURCES = ROOT / "Sources"
PAGE = ROOT / "docs" / "reference" / "error-codes.md"


def read(path):
    return (SOURCES / path).read_text()


def raw_values(path, enum):
    """The raw values of an enumeration of strings, by its cases."""
    body = re.search(rf"enum {enum}: String.*?\n(    )?\}}", read(path), re.DOTALL)[0]
    return dict(re.findall(r'case (\w+) = "(\w+)"', body))


def rows(*headings):
    """Code to status of the tables below these headings."""
    found, heading = {}, None
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            heading = line[3:]
        if heading in headings and (row := re.match(r"\| `(\w+)` \| ([^|]+) \|", line)):
            assert row[1] not in found, f"{row[1]} has two rows"
            found[row[1]] = row[2].strip()
    return found


def literals(folder):
    text = "".join(path.read_text() for path in sorted((SOURCES / folder).glob("**/*.swift")))
    # From a literal status up to its literal code, as in `WireError(status: 404, code: "unknown_route"`.
    return text, set(re.findall(r'code: "(\w+)"', text))


def test_every_reason_to_refuse_access_has_its_row_and_status():
    codes = raw_values("AccessPolicy/Admission/Decision.swift", "Code")
    documented = rows("Gateway: who speaks, and what is open")
    assert list(documented) == list(codes.values()), "in the order of the enumeration, which is that of telling"
    source = read("Gateway/Admitting/WireError+Denial.swift")
    switch = re.search(r"func status\(_ code.*?\n    \}", source, re.DOTALL)[0]
    for cases, status in re.findall(r"case ([^:]+):\s*(\d{3})", switch):
        for case in re.findall(r"\.(\w+)", cases):
            assert documented[codes[case]] == status, case


def test_every_way_in_which_http_is_refused_has_its_row_and_status():
    reasons = raw_values("HTTPWire/RequestFault.swift", "Reason")
    documented = rows("Gateway: HTTP")
    # One of them is told with the code that bodies have everywhere.
    assert list(documented) == [code for code in reasons.values() if code != "body_too_large"]
    rulings = read("HTTPWire/RequestFault+Ruling.swift")
    explicit = re.findall(r"case \.(\w+):\s*Ruling\((\d{3})?", rulings)
    assert len(explicit) > 30
    for case, status in explicit:
        if reasons[case] != "body_too_large":
            assert documented[reasons[case]] == (status or "400"), case
    assert set(documented.values()) <= set(re.findall(r"Ruling\((\d{3})", rulings)) | {"400"}


def test_every_other_code_of_the_gateway_has_its_row():
    documented = rows("Gateway: limits and recording", "Gateway: the request", "Gateway: feedback", "Gateway: the upstream")
    bodies = raw_values("ChatWire/Requests/BodyFault.swift", "Code")
    text, codes = literals("Gateway")
    codes |= literals("ChatWire")[1] | set(bodies.values())
    codes |= set(raw_values("Gateway/Admitting/WireError+Fault.swift", "LimitHolder").values())
    assert set(documented) == codes
    for status, code in re.findall(r'status: (\d{3}),\s*code: "(\w+)"', text):
        assert documented[code] == status, code
    for code in bodies.values():
        assert documented[code] == ("413" if code == "body_too_large" else "400")


def test_every_code_of_the_control_api_has_its_row():
    documented = rows("Control API")
    text = "".join(path.read_text() for path in sorted((SOURCES / "ControlAPI").glob("**/*.swift")))
    written = re.findall(r'(?:Problem|self\.init)\(\s*(\d{3}), "(\w+)"', text)
    refusals = raw_values("AccessPolicy/Registry/Refusal.swift", "Code")
    statuses = re.findall(r"case \.(\w+): \((\d{3}),", read("ControlAPI/Problems/Problem+Making.swift"))
    codings = raw_values("StrictJSON/Coding/JSONCodingFault.swift", "Code")
    expected = (
        {code: status for status, code in written} | {refusals[case]: status for case, status in statuses}
        | {code: "422" for code in codings.values()})
    assert set(dict(statuses)) == set(refusals)
    assert documented == expected


def test_every_refusal_of_a_rollout_has_its_row_and_status():
    source = read("StageControl/Rollout/People/RolloutRefusal.swift")
    codes = dict(re.findall(r'case \.(\w+): "(rollout_\w+)"', source))
    assert set(codes) == set(re.findall(r"\n    case (\w+)", source)), "every case has a code"
    making = read("ControlAPI/Problems/Problem+Making.swift")
    switch = re.search(r"init\(_ refusal: RolloutRefusal\).*?\n    \}", making, re.DOTALL)[0]
    statuses = {
        codes[case]: status for cases, status in re.findall(r"case ([^:]+):\s*(\d{3})", switch)
        for case in re.findall(r"\.(\w+)", cases)}
    assert rows("Control API: rollouts") == statuses


@pytest.mark.parametrize("section", ["Gateway: who speaks, and what is open", "Gateway: limits and recording",
                                     "Gateway: the request", "Gateway: feedback", "Gateway: the upstream",
                                     "Control API", "Control API: rollouts"])
def test_each_row_says_who_mends_it_and_whether_to_try_again(section):
    lines = PAGE.read_text().split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    for line in lines:
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 5, line
            assert set(cells[3].split(", ")) <= {"caller", "people", "operator"}, line
            assert cells[4] in ("no", "yes", "then"), line
