"""The page on the gateway's API says what the sources say."""

import re

from processes import ROOT

PAGE = (ROOT / "docs" / "reference" / "gateway-api.md").read_text()
ROWS = dict(re.findall(r"^\| `([A-Z]+ /\S+)` \|[^|]*\|[^|]*\| ?(?:`([\w.]+)`)? ?\|$", PAGE, re.MULTILINE))


def source(path):
    return (ROOT / "Sources" / path).read_text()


def cases(text, name):
    """Case to literal of a property that is one switch."""
    body = re.search(rf"var {name}: .*?\n    \}}", text, re.DOTALL)[0]
    return {case: value for found, value in re.findall(r"case ([^:]+): \"([^\"]*)\"", body)
            for case in re.findall(r"\.(\w+)", found)}


def test_every_call_has_its_row():
    text = source("ChatWire/ModelCall.swift")
    paths, names = cases(text, "path"), cases(text, "name")
    assert len(paths) == 8
    for case, path in paths.items():
        assert ROWS[f"POST {path}"] == names[case]


def test_every_use_of_a_kept_answer_has_its_row():
    text = source("Gateway/Routing/KeptAnswerUse.swift")
    names, ends = cases(text, "name"), cases(text, "pathEnd")
    methods = {case: method.upper() for found, method in re.findall(r"case ([^:]+): \.(\w+)", text)
               for case in re.findall(r"\.(\w+)", found)}
    for case, name in names.items():
        assert ROWS[f"{methods[case]} /v1/responses/{{id}}{ends[case]}"] == name


def test_every_row_is_a_route():
    text = source("Gateway/Routing/Route.swift") + source("ChatWire/ModelCall.swift")
    for row in ROWS:
        path = row.split(" ")[1].split("{")[0]
        assert f'"{path}"' in text, row
