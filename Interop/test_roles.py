"""Which role may give which command: each one tried with each."""

import pytest

from control import Refused, is_problem

ROLES = ["viewer", "auditor", "operator", "release_manager", "approver", "safety_lead", "access_reviewer",
         "incident_handler", "admin", "break_glass"]
DIGEST = "sha256:" + "0" * 64
NOWHERE = "0" * 26

# Which role may give which command; nobody else may. Written down once more on purpose.
OPENS = {"release_manager", "access_reviewer"}
STOPS = {"operator", "release_manager", "approver", "safety_lead", "access_reviewer", "incident_handler", "admin",
         "break_glass"}
EVIDENCE = "evd_" + NOWHERE
COMMANDS = {
    "model.add": ({"release_manager"}, {"name": "n", "display_name": "N", "visibility": "unlisted"}),
    "version.add": ({"release_manager"}, {
        "model": "mdl_" + NOWHERE, "name": "v", "upstream": "u", "upstream_model": "m"}),
    "component.add": ({"release_manager"}, {
        "version": "ver_" + NOWHERE, "kind": "model_card", "audience": "internal"}),
    "version.make_current": ({"release_manager"}, {"model": "mdl_" + NOWHERE, "version": "ver_" + NOWHERE}),
    "model.resume": ({"release_manager"}, {"model": "mdl_" + NOWHERE, "reason": "r"}),
    "organisation.add": (OPENS, {"name": "o"}),
    "application.add": (OPENS, {"name": "a"}),
    "application.enrol": (OPENS, {"application": "app_" + NOWHERE, "model": "mdl_" + NOWHERE}),
    "enrolment.open": ({"release_manager"}, {
        "model": "mdl_" + NOWHERE, "grant": "grt_" + NOWHERE, "reason": "r"}),
    "enrolment.close": (STOPS, {"model": "mdl_" + NOWHERE, "reason": "r"}),
    "grant.issue": (OPENS, {
        "subject": "app_" + NOWHERE, "model": "mdl_" + NOWHERE, "intent": "research", "population": "cohort",
        "modalities": ["api"], "exposure": "real"}),
    "key.issue": (OPENS, {"owner": "app_" + NOWHERE, "kind": "slk", "key": "AAAAAAAA", "digest": DIGEST}),
    "person.add": ({"admin"}, {"commitment": DIGEST, "roles": ["viewer"], "key": "AAAAAAAA", "key_digest": DIGEST}),
    "person.assign_roles": ({"admin"}, {"person": "per_" + NOWHERE, "roles": ["viewer"]}),
    "person.erase": ({"admin"}, {"person": "per_" + NOWHERE, "reason": "r"}),
    "terms.publish": ({"admin"}, {"name": "t", "version": "1", "digest": DIGEST, "url": "https://example.org"}),
    "model.hold": (STOPS, {"model": "mdl_" + NOWHERE, "reason": "r"}),
    "grant.revoke": (STOPS, {"grant": "grt_" + NOWHERE, "reason": "r"}),
    "key.revoke": (STOPS, {"key": "AAAAAAAA", "reason": "r"}),
    "evidence.attach": ({"release_manager", "safety_lead"}, {
        "version": "ver_" + NOWHERE, "kind": "risk-assessment", "file": DIGEST, "method": "m", "issuer": "i",
        "limits": "l", "made_at": 1, "valid_until": 2}),
    "evidence.accept": ({"approver", "safety_lead"}, {"evidence": EVIDENCE, "file": DIGEST, "reasons": "r"}),
    "evidence.refuse": ({"approver", "safety_lead"}, {"evidence": EVIDENCE, "file": DIGEST, "reasons": "r"}),
    "evidence.withdraw": (STOPS, {"evidence": EVIDENCE, "reason": "r"}),
    "proposal.approve": ({"approver"}, {"proposal": "prp_" + NOWHERE, "digest": DIGEST}),
    "proposal.reject": ({"approver", "release_manager", "access_reviewer", "admin"}, {
        "proposal": "prp_" + NOWHERE, "reason": "r"}),
    "terms.accept": (set(), {"terms": "trm_" + NOWHERE, "application": "app_" + NOWHERE}),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_give_its_commands_and_no_other(sluice, person_with, role):
    key = person_with(role)
    size = sluice.log_size("control")
    commands = sluice.api.get("/openapi.json").json()["components"]["schemas"]["Command"]["oneOf"]
    kinds = {schema["properties"]["command"]["const"] for schema in commands}
    assert kinds == set(COMMANDS), "a command without a row here"
    for kind, (allowed, content) in COMMANDS.items():
        answer = sluice.api.post("/v1/commands?dry_run=true", {"command": kind, "content": content}, key)
        if role in allowed:
            assert answer.status in (200, 404, 409), (kind, answer)
        else:
            is_problem(answer, 403, "not_permitted")
    # Everybody may make a key for themselves.
    assert set(sluice.api.get("/v1/me", key).json()["commands"]) == {"key.issue"} | {
        kind for kind, (allowed, _) in COMMANDS.items() if role in allowed}
    assert sluice.log_size("control") == size


def test_an_application_may_give_no_command_but_its_own_acceptance(sluice, admitted):
    for kind, (_, content) in COMMANDS.items():
        answer = sluice.api.post("/v1/commands", {"command": kind, "content": content}, admitted.key)
        is_problem(answer, 403, "not_permitted")


def test_the_last_administrator_and_the_last_approver_stay(sluice):
    people = sluice.api.get("/v1/people", sluice.person_key("alice")).json()["data"]
    bob = next(person for person in people if "approver" in person["roles"] and "operator" in person["roles"])
    others = [person for person in people if "approver" in person["roles"] and person["id"] != bob["id"]]
    for person in others:
        sluice.command("person.erase", {"person": person["id"], "reason": "for this test"})
    with pytest.raises(Refused) as caught:
        sluice.command("person.erase", {"person": bob["id"], "reason": "for this test"})
    assert caught.value.code == "invalid_field" and "last approver" in caught.value.problem["detail"]
