import AccessPolicy
import Foundation
import PlanFiles
import ReleaseModel
import StageControl
import StrictJSON
import Testing

@testable import sluice

@Suite("Deciding a log again")
struct DecisionsCheckTests {
    private static let start = Timestamp(milliseconds: 1_795_000_000_000)
    private static let alice = PersonID(bits: 1)
    private static let dora = PersonID(bits: 2)

    private static func digest(_ byte: UInt8) throws -> ContentDigest {
        try #require(ContentDigest(bytes: repeatElement(byte, count: 32)))
    }

    private static func name(_ text: String) throws -> Name { try #require(Name(text)) }

    /// The plan that decides in minutes, with a gate at its first stage.
    private static func plan() throws -> ReleasePlan {
        let file = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "Examples/plans/in-minutes.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacing("- name: canary\n", with: "- name: canary\n      gates: [{evidence: risk-assessment}]\n")
        return try ReleasePlan.read(try PlanFile.source(of: Array(text.utf8)))
    }

    /// A candidate, evidence about it that dora accepted, and a rollout that was looked at once with this at its gates.
    private static func log(seeing seen: [EvidenceStatus]) throws -> [ControlEntry] {
        let (model, version) = (ModelID(bits: 1), VersionID(bits: 2))
        let rollout = Rollout(id: RolloutID(bits: 7), plan: SealedPlan(try Self.plan()), author: Self.alice)
        let review = ReviewEvidence(evidence: EvidenceID(bits: 3), file: try Self.digest(5), reasons: "r")
        var entries: [ControlEntry] = []
        func add(_ event: ControlEvent, by actor: Actor = .person(Self.alice)) {
            entries.append(ControlEntry(at: Self.start, by: actor, event: event))
        }
        add(
            .personAdded(
                Person(id: Self.alice, commitment: try Self.digest(1), roles: [.releaseManager], added: Self.start)))
        add(
            .versionAdded(
                Version(
                    id: version, model: model, name: try Self.name("aurora-2.0"), upstream: try Self.name("s"),
                    upstreamModel: "a", added: Self.start)))
        add(.evidenceAttached(try Self.evidence(5)))
        add(.evidenceAccepted(review), by: .person(Self.dora))
        let document = rollout.plan.plan.document
        add(.rolloutDrafted(RolloutDraft(rollout: rollout.id, plan: document, seedCommitment: try Self.digest(9))))
        var state = rollout
        func change(_ entry: RolloutEntry) throws {
            state.apply(entry)
            let change = RolloutChange(rollout: rollout.id, entry: try JSONValue(encoding: entry))
            add(.rolloutChanged(change), by: entry.by)
        }
        let signatory = Signatory(Self.alice, roles: [.releaseManager])
        try change(try Rollout.decide(.submit, by: signatory, in: state, at: Self.start))
        let clock = ClockReading(boot: 1, monotonic: 0, wall: Self.start)
        for entry in try Rollout.step(state, Observations(clock: clock, epoch: 0, evidence: seen)).entries {
            try change(entry)
        }
        return entries
    }

    private static func fields(_ entries: [ControlEntry]) throws -> [String] {
        var check = DecisionsCheck()
        for (index, entry) in entries.enumerated() {
            try check.take(UInt64(index), try JSONValue(encoding: entry).canonical)
        }
        #expect(check.rollouts == 1 && check.entries == 3)
        return check.differences.map(\.found.field)
    }

    private static func status(_ status: Gate.Status, _ byte: UInt8 = 5) throws -> EvidenceStatus {
        EvidenceStatus(
            evidence: try Self.name("risk-assessment"), status: status, since: Self.start,
            digest: try Self.evidence(byte).statement)
    }

    private static func evidence(_ byte: UInt8) throws -> Evidence {
        Evidence(
            id: EvidenceID(bits: 3), version: VersionID(bits: 2), kind: try Self.name("risk-assessment"),
            file: try Self.digest(byte), method: "m", issuer: "i", limits: "l", madeAt: Self.start,
            validUntil: Self.start.advanced(milliseconds: 60_000), by: Self.alice, attached: Self.start)
    }

    @Test("finds nothing where gates saw what was attached and accepted")
    func honest() throws {
        #expect(try Self.fields(try Self.log(seeing: [Self.status(.accepted)])) == [])
    }

    @Test("finds a decision whose gates saw other evidence than the log has, or none")
    func forged() throws {
        #expect(try Self.fields(try Self.log(seeing: [])) == ["content.inputs.evidence[0]"])
        #expect(
            try Self.fields(try Self.log(seeing: [Self.status(.submitted)])) == ["content.inputs.evidence[0].status"])
        #expect(
            try Self.fields(try Self.log(seeing: [Self.status(.accepted, 6)])) == ["content.inputs.evidence[0].digest"])
        let late = try Self.log(seeing: [Self.status(.accepted)]).filter { $0.event.kind != .evidenceAccepted }
        #expect(try Self.fields(late) == ["content.inputs.evidence[0].status"])
    }
}
