import AccessPolicy
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI

/// Tokens of a few people, some of whom hold two, and what they may try with them.
struct Crowd {
    /// Each person's roles, at the beginning.
    static let roles: [[Role]] = [
        [.admin, .releaseManager], [.approver, .operator], [.approver], [.releaseManager, .approver],
        [.admin, .releaseManager, .incidentHandler], [.accessReviewer, .approver],
    ]

    var plane: UndurablePlane
    /// Every token that there ever was, those that open nothing any more too.
    private(set) var tokens: [PresentedKey] = []
    let model: ModelID
    let versions: [VersionID]
    /// A grant to everyone, that enrolment could be opened with.
    let grant: GrantID
    /// Applications that may ask to be let in.
    let applications: [ApplicationID]
    private(set) var rollout: RolloutID

    /// People with two tokens each, a model with three versions, and a rollout before those who approve.
    init(seed: UInt64) throws {
        var (plane, tokens) = (UndurablePlane(seed: seed), [PresentedKey]())
        var people: [AddPerson] = []
        for roles in Self.roles {
            let key = KeyText(kind: .person, using: &plane.generator)
            tokens.append(PresentedKey(id: key.id, digest: try digest(key.secretText)))
            let record = try digest(Array("record \(people.count)".utf8))
            people.append(
                AddPerson(commitment: record, roles: roles, key: key.id, keyDigest: try digest(key.secretText)))
        }
        try plane.ask(.bootstrap(people), by: .host)
        let holders = try tokens.map { try #require(plane.holder(of: $0)) }
        for (place, holder) in holders.enumerated() where place.isMultiple(of: 2) {
            guard case .person(let person) = holder else { continue }
            let key = KeyText(kind: .person, using: &plane.generator)
            tokens.append(PresentedKey(id: key.id, digest: try digest(key.secretText)))
            let command = IssueKey(
                owner: .person(person), kind: .person, key: key.id, digest: try digest(key.secretText))
            try plane.ask(.command(.issueKey(command)), by: holder)
        }
        let (manager, approver) = (holders[0], holders[1])
        let added = try plane.ask(
            .command(.addModel(AddModel(name: try name("aurora"), displayName: "Aurora"))), by: manager)
        guard case .modelAdded(let model)? = added.first?.event else { throw Unexpected() }
        var versions: [VersionID] = []
        for text in ["aurora-1.0", "aurora-2.0", "aurora-3.0"] {
            let command = AddVersion(
                model: model.id, name: try name(text), upstream: try name("sample"), upstreamModel: text)
            let made = try plane.ask(.command(.addVersion(command)), by: manager)
            guard case .versionAdded(let version)? = made.first?.event else { throw Unexpected() }
            versions.append(version.id)
        }
        func agree(_ command: Command) throws -> [ControlEntry] {
            guard case .proposalMade(let proposal)? = try plane.ask(.command(command), by: manager).first?.event else {
                throw Unexpected()
            }
            let approval = ApproveProposal(proposal: proposal.id, digest: proposal.digest)
            return try plane.ask(.command(.approve(approval)), by: approver)
        }
        _ = try agree(.makeCurrent(MakeCurrent(model: model.id, version: versions[0])))
        let applications = try (0..<4).map { number in
            let command = AddApplication(name: try name("app-\(number)"))
            let made = try plane.ask(.command(.addApplication(command)), by: manager)
            guard case .applicationAdded(let application)? = made.first?.event else { throw Unexpected() }
            return application.id
        }
        let terms = GrantTerms(subject: .application(applications[0]), model: model.id, population: .everyone)
        guard case .grantIssued(let grant)? = try agree(.issueGrant(terms)).last?.event else { throw Unexpected() }
        try plane.ask(.drilled(RollbackDrill(rounds: 100, p99: 10)), by: .system)
        self.rollout = RolloutID(at: plane.now, using: &plane.generator)
        try plane.ask(.propose(try Self.plan(candidate: "aurora-2.0"), self.rollout), by: manager)
        (self.plane, self.tokens, self.model, self.versions) = (plane, tokens, model.id, versions)
        (self.grant, self.applications) = (grant.id, applications)
        try self.look()
    }

    /// A plan of three stages, of which the last asks for people again.
    static func plan(candidate: String, weight: Int = 10) throws -> ReleasePlan {
        let text = """
            {"apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePlan", "metadata": {"name": "collusion"}, "spec": {
            "model": "aurora", "candidate": "\(candidate)", "baseline": "aurora-1.0", "owner": "release-team",
            "progressDeadline": "60d", "cohorts": [{"name": "partners", "match": {"population": ["trusted"]}}],
            "metrics": [{"name": "harm", "kind": "safety", "type": "eventRate", "exposure": "requests",
            "source": {"incidents": {"minSeverity": "high", "attributable": true}}, "rules": {
            "advance": {"test": "below", "bound": 1e-3}, "rollback": {"test": "above", "bound": 2e-3, "weight": 0.5,
            "action": "rollback"}, "tripwire": {"where": "severity == 'critical'", "count": 1, "action": "halt"}}}],
            "stages": [{"name": "some", "audience": {"cohorts": ["partners"]}, "setWeight": \(weight),
            "requiresApproval": {"roles": ["release_manager", "approver"], "distinct": 2},
            "bake": {"min": "5m", "max": "30d"}, "analysis": {"metrics": ["harm"]}},
            {"name": "more", "setWeight": 50, "bake": {"min": "5m", "max": "30d"}},
            {"name": "most", "setWeight": 90, "bake": {"min": "5m", "max": "30d"}, "watch": {"for": "1h"},
            "requiresApproval": {"roles": ["approver"], "distinct": 2}}],
            "rollback": {"target": "previousStage", "coolDown": "1m"}}}
            """
        return try ReleasePlan.read(PlanSource(try JSONValue(parsing: Array(text.utf8))))
    }

    /// Lets six minutes pass, and the rules look.
    mutating func look(requests: Int = 0, events: Int = 0, tripped: Int = 0) throws {
        self.plane.now = self.plane.now.advanced(milliseconds: 299_000)
        _ = try self.seen(requests: requests, events: events, tripped: tripped)
    }

    /// What the rules make of what is seen.
    mutating func seen(requests: Int, events: Int, tripped: Int) throws -> [ControlEntry] {
        let observations = try self.plane.look(at: self.rollout, requests: requests, events: events, tripped: tripped)
        return try self.plane.ask(.look(observations, self.rollout), by: .system)
    }

    /// A token that somebody made for themselves.
    mutating func keep(_ token: PresentedKey) { self.tokens.append(token) }

    /// From now on it is about this rollout.
    mutating func follow(_ rollout: RolloutID) { self.rollout = rollout }
}
