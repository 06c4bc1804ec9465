import AccessPolicy
import Gradient
import ReleaseModel
import Signals
import StageControl
import StrictJSON

/// Every schema of the document by its name.
enum Schemas {
    static let all: [String: JSONValue] = Self.watching
        .merging(Self.deciding, uniquingKeysWith: { first, _ in first })
        .merging(Self.releasing, uniquingKeysWith: { first, _ in first })
        .merging(Self.things, uniquingKeysWith: { first, _ in first })
        .merging(Self.lists, uniquingKeysWith: { first, _ in first })
        .merging(Self.people, uniquingKeysWith: { first, _ in first })

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    /// The six levels of the gradient of release, derived from the log at the moment of the answer.
    private static let level: JSONValue = [
        "type": "string", "enum": .array(Level.allCases.map { .string($0.word) }),
    ]

    private static let watching: [String: JSONValue] = [
        "Health": Schema.object(["status": Schema.text]),
        "Readiness": Schema.object(["status": Schema.text, "checks": Schema.map(Schema.flag)]),
        "Document": ["type": "object"],
        "Problem": Schema.object([
            "type": Schema.text, "title": Schema.text, "status": Schema.count, "detail": Schema.text,
            "code": Schema.text, "field?": Schema.text, "request_id": Schema.text, "docs": Schema.text,
        ]),
        "Usage": Schema.object([
            "grant": Schema.id(GrantKind.self), "day": Schema.text, "requests": Schema.count,
            "input_tokens": Schema.count, "output_tokens": Schema.count, "outcomes": Schema.map(Schema.count),
        ]),
        "UsageList": Schema.object(["data": Schema.list(Self.reference("Usage"))]),
    ]

    private static let deciding: [String: JSONValue] = [
        "Command": ["oneOf": .array(Command.Kind.allCases.map(CommandSchemas.schema(of:)))],
        "Event": Schema.object(["kind": Schema.choice(ControlEvent.Kind.self), "content": ["type": "object"]]),
        "Entry": Schema.object([
            "v": Schema.count, "at": Schema.time, "by": Schema.actor, "kind": Schema.choice(ControlEvent.Kind.self),
            "content": ["type": "object"],
        ]),
        "RecordedEntry": Schema.object(["index": Schema.count, "entry": Self.reference("Entry")]),
        "EntryList": Schema.object([
            "data": Schema.list(Schema.object(["index": Schema.count, "entry": ["type": "object"]])),
            "size": Schema.count, "next?": Schema.count,
        ]),
        "RecordedProposal": CommandSchemas.proposal([:]),
        "Performed": Schema.object([
            "entries": Schema.list(Self.reference("RecordedEntry")), "proposal?": Self.reference("RecordedProposal"),
        ]),
        "AccessPair": Schema.object([
            "application": Schema.id(ApplicationKind.self), "application_name": Schema.name,
            "model": Schema.id(ModelKind.self), "model_name": Schema.name,
        ]),
        "DryRun": Schema.object([
            "events": Schema.list(Self.reference("Event")), "needs_second_person": Schema.flag,
            "gains": Schema.list(Self.reference("AccessPair")), "loses": Schema.list(Self.reference("AccessPair")),
        ]),
        "ExplainRequest": Schema.object([
            "key?": Schema.keyID, "application?": Schema.text, "model": Schema.text,
            "fields?": Schema.list(["type": "string", "enum": .array(GuardedField.allCases.map { .string($0.name) })]),
            "modality?": Schema.choice(Modality.self), "region?": Schema.name,
        ]),
        "Explanation": Schema.object([
            "at": Schema.time, "freshness": Schema.choice(Explanation.Freshness.self),
            "key": Schema.choice(Explanation.KeyFinding.self), "caller?": ["type": "object"],
            "target?": ["type": "object"], "may_know": Schema.flag, "considered": Schema.list(["type": "object"]),
            "decision": ["type": "object"],
        ]),
    ]

    private static let releasing: [String: JSONValue] = [
        "ReleasePlan": [
            "type": "object", "required": ["apiVersion", "kind", "metadata", "spec"],
            "description": "A stage plan; docs/reference/plan.md names every field.",
        ],
        "NewRollout": Schema.object([
            "plan": Self.reference("ReleasePlan"), "seed?": ["type": "string", "pattern": "^[0-9a-f]{64}$"],
        ]),
        "RolloutCommand": Schema.object([
            "verb": Schema.choice(RolloutCommand.Verb.self), "approval?": ["type": "object"],
            "motion?": ["type": "object"], "not_before?": Schema.time, "reason?": Schema.text,
            "plan?": ["type": "object"], "person?": Schema.id(PersonKind.self), "unit?": Schema.text,
        ]),
        "Rollout": Schema.object([
            "id": Schema.id(RolloutKind.self), "model": Schema.name, "candidate": Schema.name,
            "baseline?": Schema.name, "plan": Schema.digest, "evidence": Schema.digest, "drafted": Schema.time,
            "authors": Schema.list(Schema.id(PersonKind.self)), "phase": Schema.text, "sentence": Schema.text,
            "revisions": Schema.list(Self.reference("PlanRevision")),
            "reasons": Schema.list(Schema.text), "stages": Schema.list(Schema.name), "stage?": Schema.count,
            "stage_opened?": Schema.time, "epoch": Schema.count, "tick": Schema.count, "generation": Schema.count,
            "openings": Schema.list(["type": "object"]), "ran": Schema.count,
            "bands": Schema.list(["type": "object"]), "limits": Schema.list(Schema.text),
            "strata": Schema.list(Self.reference("StratumStanding")),
            "overrides": Schema.list(Self.reference("OverrideMark")), "override?": ["type": "object"],
            "ballots": Schema.list(Self.reference("AskedMotion")), "recorded?": Schema.time,
            "level?": Self.level, "levels?": Schema.list(Self.reference("LevelChange")),
            "automatic_rollbacks": Schema.count, "advance_budget_left": ["type": "number"],
            "alarm_budget_left": ["type": "number"], "held_by?": Schema.id(PersonKind.self),
            "seed_commitment": Schema.digest, "seed?": Schema.text,
            "draws?": Schema.list(Self.reference("LotteryDraw")), "places?": Schema.list(Self.reference("StagePlaces")),
            "removed?": Schema.list(Schema.text), "exposure?": Schema.list(Self.reference("ExposureStanding")),
        ]),
        "StagePlaces": Schema.object([
            "stage": Schema.name, "applications": Schema.count, "most_applications?": Schema.count,
            "people": Schema.count, "most_people?": Schema.count, "queued": Schema.count,
            "invited_this_week": Schema.count, "invitations_per_week?": Schema.count,
        ]),
        "ExposureStanding": Schema.object([
            "stage?": Schema.name, "budget": Schema.count, "used": Schema.count, "written_off": Schema.count,
            "lent": Schema.count, "left": Schema.count, "begins": Schema.time, "ends?": Schema.time,
        ]),
        "LotteryDraw": Schema.object([
            "cohort": Schema.name, "places": Schema.count, "commitment": Schema.digest, "entrants": Schema.digest,
            "winners": Schema.list(Schema.id(ApplicationKind.self)),
        ]),
        "PlanRevision": Schema.object([
            "person": Schema.id(PersonKind.self), "at": Schema.time, "replaced": Schema.digest, "reason": Schema.text,
        ]),
        "StratumStanding": Schema.object([
            "dimension": Schema.choice(Stratum.Dimension.self), "part": Schema.name, "requests": Schema.count,
            "quota": Schema.count, "verdict": Schema.choice(Verdict.self), "sentence": Schema.text,
        ]),
        "RolloutDryRun": Schema.object(["before": Self.reference("Rollout"), "after": Self.reference("Rollout")]),
        "Approval": Schema.object([
            "person": Schema.id(PersonKind.self), "roles": Schema.list(Schema.choice(Role.self)), "at": Schema.time,
            "reason": Schema.text,
        ]),
        "AskedMotion": Schema.object([
            "motion": ["type": "object"], "sentence": Schema.text, "roles": Schema.list(Schema.choice(Role.self)),
            "distinct": Schema.count, "approvals": Schema.list(Self.reference("Approval")), "is_signed": Schema.flag,
        ]),
        "OverrideMark": Schema.object([
            "stage": Schema.name, "at": Schema.time, "approvals": Schema.list(Self.reference("Approval")),
            "not_shown": Schema.list(Schema.text),
        ]),
        "RolloutList": Schema.object(["data": Schema.list(Self.reference("Rollout"))]),
        "Report": [
            "type": "object", "required": ["id", "rollout", "occurred", "reported", "kind"],
            "description": "What is said: kind is flag, violation, incident, feedback, probe or withdrawn.",
        ],
        "Request": Schema.object([
            "id": Schema.id(RequestKind.self), "admission": Self.reference("LoggedEntry"),
            "outcome?": Self.reference("LoggedEntry"), "version_name?": Schema.name, "stage_name?": Schema.name,
            "arm?": Schema.text, "application?": Schema.id(ApplicationKind.self), "reasons": Schema.list(Schema.text),
        ]),
        "LoggedEntry": Schema.object(["index": Schema.count, "entry": ["type": "object"]]),
        "RollbackDrill": Schema.object(["rounds": Schema.count, "p99?": Schema.count]),
        "Heartbeat": Schema.object(["control": Schema.name, "at": Schema.time]),
        "HeartbeatReceipt": Schema.object([
            "control": Schema.name, "at": Schema.time, "is_new": Schema.flag,
        ]),
        "EvidenceFile": Schema.object(["file": Schema.digest, "bytes": Schema.count, "is_new": Schema.flag]),
        "ReportReceipt": Schema.object(["id": Schema.id(ReportKind.self), "is_new": Schema.flag]),
    ]

    private static let things: [String: JSONValue] = [
        "Model": Schema.object([
            "id": Schema.id(ModelKind.self), "name": Schema.name, "display_name": Schema.text,
            "visibility": Schema.choice(Model.Visibility.self), "added": Schema.time,
            "current?": Schema.id(VersionKind.self), "held?": Schema.text,
            "enrolment?": Schema.object(["grant": Schema.id(GrantKind.self), "opened": Schema.time]),
        ]),
        "Version": Schema.object([
            "id": Schema.id(VersionKind.self), "model": Schema.id(ModelKind.self), "name": Schema.name,
            "upstream": Schema.name, "upstream_model": Schema.text, "digests": Schema.list(Schema.digest),
            "parent?": Schema.id(VersionKind.self), "build?": Schema.text, "added": Schema.time,
            "is_current": Schema.flag, "level": Self.level, "levels?": Schema.list(Self.reference("LevelChange")),
        ]),
        "LevelChange": Schema.object([
            "at": Schema.time, "from": Self.level, "to": Self.level,
            "because": Schema.list(
                Schema.object([
                    "kind": Schema.choice(LevelDocument.Cause.self), "id?": Schema.text, "stage?": Schema.name,
                ])),
        ]),
        "Component": Schema.object([
            "id": Schema.id(ComponentKindOfIdentifier.self), "version": Schema.id(VersionKind.self),
            "kind": Schema.choice(ComponentKind.self), "digest?": Schema.digest, "licence?": Schema.text,
            "audience": Schema.choice(Audience.self), "available_from?": Schema.time, "withheld_reason?": Schema.text,
        ]),
        "Organisation": Schema.object([
            "id": Schema.id(OrganisationKind.self), "name": Schema.name, "added": Schema.time,
        ]),
        "Application": Schema.object(Self.application),
        "Person": Schema.object([
            "id": Schema.id(PersonKind.self), "commitment": Schema.digest,
            "roles": Schema.list(Schema.choice(Role.self)), "added": Schema.time,
        ]),
        "Grant": Schema.object([
            "id": Schema.id(GrantKind.self), "content": CommandSchemas.grant, "issued": Schema.time,
            "revoked?": Schema.time, "state": Schema.choice(GrantState.self),
        ]),
        "Key": Schema.object([
            "id": Schema.keyID, "kind": Schema.choice(KeyKind.self), "owner": Schema.text,
            "intent": Schema.choice(Intent.self), "exposure": Schema.choice(Exposure.self), "use?": Schema.name,
            "issued": Schema.time, "expires?": Schema.time,
        ]),
        "Terms": Schema.object([
            "id": Schema.id(TermsKind.self), "name": Schema.name, "version": Schema.name, "digest": Schema.digest,
            "url": Schema.text, "published": Schema.time,
        ]),
        "Evidence": Schema.object(
            CommandSchemas.evidence.merging(
                [
                    "id": Schema.id(EvidenceKind.self), "by": Schema.id(PersonKind.self), "attached": Schema.time,
                    "state": Schema.choice(Evidence.State.self),
                    "review?": Schema.object([
                        "verdict": Schema.choice(Evidence.Review.Verdict.self), "by": Schema.id(PersonKind.self),
                        "at": Schema.time, "reasons": Schema.text,
                    ]),
                    "withdrawal?": Schema.object([
                        "by": Schema.id(PersonKind.self), "at": Schema.time, "reason": Schema.text,
                    ]),
                ], uniquingKeysWith: { first, _ in first })),
        "Proposal": CommandSchemas.proposal(["has_lapsed": Schema.flag]),
    ]

    private static let application: [String: JSONValue] = [
        "id": Schema.id(ApplicationKind.self), "name": Schema.name, "organisation?": Schema.id(OrganisationKind.self),
        "added": Schema.time,
        "enrolments": Schema.list(Schema.object(["model": Schema.id(ModelKind.self), "since": Schema.time])),
        "acceptances": Schema.list(Schema.object(["terms": Schema.id(TermsKind.self), "accepted": Schema.time])),
    ]

    private static let lists: [String: JSONValue] = Dictionary(
        uniqueKeysWithValues: Collection.allCases.map { collection in
            (
                "\(collection.schema)List",
                Schema.object(["data": Schema.list(Self.reference(collection.schema)), "next?": Schema.text])
            )
        })

    private static let people: [String: JSONValue] = [
        "Me": [
            "oneOf": [
                Schema.object([
                    "kind": ["const": "person"], "id": Schema.id(PersonKind.self),
                    "roles": Schema.list(Schema.choice(Role.self)),
                    "commands": Schema.list(Schema.choice(Command.Kind.self)), "key": Self.reference("Key"),
                ]),
                Schema.object(
                    Self.application.merging(
                        ["kind": ["const": "application"], "key": Self.reference("Key")],
                        uniquingKeysWith: { first, _ in first })),
            ]
        ],
        "NewPersonRecord": Schema.object(["name": Schema.text, "email": Schema.text]),
        "PersonRecord": Schema.object([
            "name": Schema.text, "email": Schema.text, "salt": ["type": "string", "pattern": "^[0-9a-f]{64}$"],
        ]),
        "PersonCommitment": Schema.object(["commitment": Schema.digest]),
    ]
}
