import HTTPTypes
import ReleaseModel

extension Endpoint {
    /// The whole API. Router, document, metrics and the test of permissions all read this and nothing else.
    static let all: [Endpoint] =
        Self.watching + Self.deciding + Self.releasing + Self.showing + Self.collections + Self.people + Self.logs

    private static let watching: [Endpoint] = [
        Endpoint(
            .get, "/healthz", .healthz, .everyone, "Says that the process answers.", answers: [200: .json("Health")]),
        Endpoint(
            .get, "/readyz", .readyz, .everyone, "Says whether everything that is needed works.",
            answers: [200: .json("Readiness"), 503: .json("Readiness")]),
        Endpoint(
            .get, "/metrics", .metrics, .everyone, "Numbers for Prometheus.",
            answers: [200: .text("text/plain; version=0.0.4; charset=utf-8")]),
        Endpoint(
            .get, "/openapi.json", .document, .everyone, "This description of the API, in OpenAPI 3.1.",
            answers: [200: .json("Document")]),
    ]

    private static let deciding: [Endpoint] = [
        Endpoint(
            .get, "/v1/me", .me, .callers, "Says for whom the key speaks, and what they may do.",
            answers: [200: .json("Me")]),
        Endpoint(
            .post, "/v1/commands", .command, .callers,
            "Gives a command: it takes effect (201), or waits for a second person (202).",
            parameters: [.dryRun], body: "Command",
            answers: [200: .json("DryRun"), 201: .json("Performed"), 202: .json("Performed")]),
        Endpoint(
            .post, "/v1/access/explain", .explain, .people(EndpointAccess.readers),
            "Explains step by step what admission would answer to a request.", body: "ExplainRequest",
            answers: [200: .json("Explanation")]),
        Endpoint(
            .get, "/v1/requests/{id}", .request, .people([.auditor]),
            "One request: how it was let in, which version served it and why, and what became of it.",
            answers: [200: .json("Request")]),
        Endpoint(
            .get, "/v1/usage", .usage, .people(EndpointAccess.readers), "What grants used, by day in UTC.",
            parameters: [.grant, .since, .until], answers: [200: .json("UsageList")]),
    ]

    private static let releasing: [Endpoint] = [
        Endpoint(
            .post, "/v1/plans", .proposePlan, .people([.releaseManager]),
            "Makes a rollout of a stage plan and puts it before those who approve.", body: "NewRollout",
            answers: [201: .json("Performed")]),
        Endpoint(
            .get, "/v1/rollouts", .rollouts, .people(EndpointAccess.readers), "Lists rollouts, the newest first.",
            parameters: [.model], answers: [200: .json("RolloutList")]),
        Endpoint(
            .get, "/v1/rollouts/{id}", .rollout, .people(EndpointAccess.readers),
            "One rollout: where it stands, why it does not go on, and what its evidence shows.",
            answers: [200: .json("Rollout")]),
        Endpoint(
            .get, "/v1/rollouts/{id}/plan", .rolloutPlan, .people(EndpointAccess.readers),
            "A rollout's plan, with every default written out.", answers: [200: .json("ReleasePlan")]),
        Endpoint(
            .post, "/v1/rollouts/{id}/commands", .commandRollout, .people(EndpointAccess.readers),
            "Does something to a rollout: what opens is signed for, what closes happens at once.",
            parameters: [.dryRun], body: "RolloutCommand",
            answers: [200: .json("RolloutDryRun"), 201: .json("Performed")]),
        Endpoint(
            .post, "/v1/reports", .report,
            .peopleAndApplications([.operator, .releaseManager, .safetyLead, .accessReviewer, .incidentHandler]),
            "Says something of a release: a flag, a confirmed violation, an incident, a probe, what somebody thought.",
            body: "Report", answers: [202: .json("ReportReceipt")]),
        Endpoint(
            .post, "/v1/drills", .drill, .people([.operator, .releaseManager, .incidentHandler]),
            "Rehearses a rollback for nobody, and says how long the real one would take.",
            answers: [201: .json("RollbackDrill")]),
    ]

    private static let showing: [Endpoint] = [
        Endpoint(
            .post, "/v1/rollouts/{id}/heartbeats", .heartbeat,
            .peopleAndServices([.operator, .releaseManager, .safetyLead, .incidentHandler]),
            "Says that a control beside the release is up; a service key says it of the control that it is for.",
            body: "Heartbeat", answers: [200: .json("HeartbeatReceipt")]),
        Endpoint(
            .put, "/v1/evidence-files/{id}", .putEvidenceFile, .people([.releaseManager, .safetyLead]),
            "Keeps a file under its SHA-256, sha256:…, so that it can be attached to a version as evidence.",
            body: .bytes, answers: [200: .json("EvidenceFile"), 201: .json("EvidenceFile")]),
        Endpoint(
            .get, "/v1/evidence-files/{id}", .evidenceFile, .people(EndpointAccess.readers),
            "The file with this SHA-256, compared with it.", answers: [200: .bytes]),
    ]

    private static let collections: [Endpoint] = Collection.allCases.flatMap { collection -> [Endpoint] in
        let readers = EndpointAccess.readers
        return [
            Endpoint(
                .get, "/v1/\(collection.rawValue)", .list(collection),
                collection == .terms ? .peopleAndApplications(readers) : .people(readers),
                "Lists \(collection.rawValue), in the order of their identifiers.",
                parameters: [.limit, .after] + collection.filters, answers: [200: .json("\(collection.schema)List")]),
            Endpoint(
                .get, "/v1/\(collection.rawValue)/{id}", .item(collection), .people(readers),
                "One \(collection.noun).", answers: [200: .json(collection.schema)]),
        ]
    }

    private static let people: [Endpoint] = [
        Endpoint(
            .post, "/v1/person-records", .addRecord, .people([.admin]),
            "Puts a record into the vault and answers the commitment that person.add then names.",
            body: "NewPersonRecord", answers: [201: .json("PersonCommitment")]),
        Endpoint(
            .get, "/v1/people/{id}/record", .readRecord, .personNamed(or: [.admin]), "A person's record in the vault.",
            answers: [200: .json("PersonRecord")]),
        Endpoint(
            .put, "/v1/people/{id}/record", .putRecord, .personNamed(or: [.admin]),
            "Puts back a record that the vault lost; it must be the one that was committed to.",
            body: "PersonRecord", answers: [200: .json("PersonCommitment")]),
    ]

    private static let logs: [Endpoint] = Operation.LogName.allCases.flatMap { log -> [Endpoint] in
        let isControl = log == .control
        let people = EndpointAccess.people(isControl ? EndpointAccess.readers : [.auditor])
        let tiles = isControl ? EndpointAccess.everyone : .people([.auditor])
        return [
            Endpoint(
                .get, "/v1/log/\(log.rawValue)/entries", .entries(log), people, "Entries of the \(log.rawValue) log.",
                parameters: [.from, .limit] + (isControl ? [.object] : []), answers: [200: .json("EntryList")]),
            Endpoint(
                .get, "/v1/log/\(log.rawValue)/proof", .proof(log), people,
                "The proof that an entry is in the \(log.rawValue) log (c2sp.org/tlog-proof).", parameters: [.index],
                answers: [200: .text("text/plain; charset=utf-8")]),
            Endpoint(
                .get, "/log/\(log.rawValue)/checkpoint", .checkpoint(log), tiles,
                "The signed head of the \(log.rawValue) log (c2sp.org/tlog-checkpoint).",
                answers: [200: .text("text/plain; charset=utf-8")]),
            Endpoint(
                .get, "/log/\(log.rawValue)/tile/{path}", .tile(log), tiles,
                "A tile of the \(log.rawValue) log (c2sp.org/tlog-tiles).", answers: [200: .bytes]),
        ]
    }
}
