import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("Evidence about a version")
struct EvidenceTests {
    private static let day: Int64 = 86_400_000
    /// How long after its last command a history is asked what gates see.
    private static let days: [Int64] = [0, 2, 7, 14, 19, 25]

    private func attachment(_ house: House, _ change: (inout AttachEvidence) -> Void = { _ in }) throws -> Command {
        var attachment = AttachEvidence(
            version: house.version, kind: try name("red-team-report"), file: try digest(1), method: "m", issuer: "i",
            limits: "l", madeAt: house.now, validUntil: house.now.advanced(milliseconds: Self.day))
        change(&attachment)
        return .attachEvidence(attachment)
    }

    /// Evidence that alice attached.
    private func attached(_ house: inout House) throws -> EvidenceID {
        for case .evidenceAttached(let it) in try house.give(try self.attachment(house), by: house.alice) {
            return it.id
        }
        throw Unreadable(text: "nothing was attached")
    }

    private func review(_ evidence: EvidenceID, _ house: House) throws -> ReviewEvidence {
        ReviewEvidence(evidence: evidence, file: try digest(1), reasons: "because")
    }

    private func refusal(_ command: Command, by person: PersonID, in house: House) -> (Refusal.Code?, String?) {
        var house = house
        do {
            try house.give(command, by: person)
            return (nil, nil)
        } catch {
            return (error.code, error.field)
        }
    }

    @Test("is attached with what it does not show and until when it holds, and for no other build")
    func attaching() throws {
        var house = try House()
        let (long, past) = (String(repeating: "x", count: 2_001), house.now)
        let cases: [(String, (inout AttachEvidence) -> Void)] = [
            ("method", { $0.method = "" }), ("issuer", { $0.issuer = long }), ("limits", { $0.limits = "" }),
            ("made_at", { $0.madeAt = house.now.advanced(milliseconds: 1) }), ("valid_until", { $0.validUntil = past }),
            ("subject", { $0.subject = $0.file }),
        ]
        for (field, change) in cases {
            let refused = self.refusal(try self.attachment(house, change), by: house.alice, in: house)
            #expect(refused == (.invalidField, field), "\(field)")
        }
        let unknown = try self.attachment(house) { $0.version = VersionID(bits: 99) }
        #expect(self.refusal(unknown, by: house.alice, in: house) == (.notFound, "version"))
        #expect(self.refusal(try self.attachment(house), by: house.bob, in: house).0 == .notPermitted)
        let id = try self.attached(&house)
        #expect(self.refusal(try self.attachment(house), by: house.carol, in: house) == (.alreadyExists, "file"))
        let evidence = try #require(house.registry.evidence[id])
        #expect(evidence.by == house.alice && evidence.state(at: house.now) == .submitted)
        #expect(house.registry.evidence(of: house.version) == [evidence])
    }

    @Test("is judged once, by somebody else, who looked at the very file")
    func judging() throws {
        var house = try House()
        let roles = AssignRoles(person: house.carol, roles: [.approver])
        try house.give(.assignRoles(roles), by: house.alice)
        let id = try self.attached(&house)
        let review = try self.review(id, house)
        for command in [Command.acceptEvidence(review), .refuseEvidence(review)] {
            // Alice has not the role; and with it, it would still be hers.
            #expect(self.refusal(command, by: house.alice, in: house).0 == .notPermitted)
            var own = house
            let lead = AssignRoles(person: own.alice, roles: [.safetyLead])
            own.registry.apply(ControlEntry(at: own.now, by: .system, event: .rolesAssigned(lead)))
            #expect(self.refusal(command, by: own.alice, in: own) == (.secondPersonNeeded, "by"))
        }
        var other = review
        other.file = try digest(2)
        #expect(self.refusal(.acceptEvidence(other), by: house.bob, in: house) == (.invalidField, "file"))
        other = review
        other.reasons = ""
        #expect(self.refusal(.refuseEvidence(other), by: house.bob, in: house) == (.invalidField, "reasons"))
        try house.give(.acceptEvidence(review), by: house.bob)
        #expect(house.registry.evidence[id]?.state(at: house.now) == .accepted)
        #expect(house.registry.evidence[id]?.review?.by == house.bob)
        for command in [Command.acceptEvidence(review), .refuseEvidence(review)] {
            #expect(self.refusal(command, by: house.carol, in: house) == (.nothingToDo, "evidence"))
        }
    }

    @Test("is withdrawn by one person, and lapses by itself")
    func ending() throws {
        var house = try House()
        let id = try self.attached(&house)
        try house.give(.acceptEvidence(try self.review(id, house)), by: house.bob)
        let evidence = try #require(house.registry.evidence[id])
        let end = evidence.validUntil
        #expect(evidence.state(at: end.advanced(milliseconds: -1)) == .accepted)
        #expect(evidence.state(at: end) == .expired)
        var late = house
        late.now = end
        #expect(try late.give(try self.attachment(late), by: late.carol).map(\.kind) == [.evidenceAttached])
        let withdrawal = Command.withdrawEvidence(WithdrawEvidence(evidence: id, reason: "the set had leaked"))
        #expect(try house.give(withdrawal, by: house.bob).map(\.kind) == [.evidenceWithdrawn])
        #expect(house.registry.evidence[id]?.state(at: end) == .withdrawn)
        #expect(self.refusal(withdrawal, by: house.bob, in: house) == (.nothingToDo, "evidence"))
    }

    @Test("has a number for each version, in which what was withdrawn does not count")
    func limit() throws {
        var house = try House()
        var ids: [EvidenceID] = []
        for number in 0..<Registry.maximumEvidence {
            let kind = try name("kind-\(number)")
            let command = try self.attachment(house) { $0.kind = kind }
            for case .evidenceAttached(let it) in try house.give(command, by: house.alice) { ids.append(it.id) }
        }
        let more = try self.attachment(house)
        #expect(self.refusal(more, by: house.alice, in: house) == (.invalidField, "version"))
        try house.give(.withdrawEvidence(WithdrawEvidence(evidence: ids[3], reason: "old")), by: house.bob)
        #expect(self.refusal(more, by: house.alice, in: house).0 == nil)
    }

    // MARK: Gates

    /// What an entry of the log says of one piece, gathered without the registry.
    private struct Piece {
        var evidence: Evidence
        var attacher: Actor
        var acceptedBy: Actor?
        var isClosed = false

        /// Whether a gate that asks for accepted evidence of a kind about a version is open by it.
        func opens(_ kind: Name, of version: VersionID, at now: Timestamp) -> Bool {
            guard let acceptedBy = self.acceptedBy, acceptedBy != self.attacher, !self.isClosed else { return false }
            return self.evidence.version == version && self.evidence.kind == kind && self.evidence.madeAt <= now
                && now < self.evidence.validUntil
        }
    }

    private static func pieces(_ entries: [ControlEntry]) -> [EvidenceID: Piece] {
        var pieces: [EvidenceID: Piece] = [:]
        for entry in entries {
            switch entry.event {
            case .evidenceAttached(let it): pieces[it.id] = Piece(evidence: it, attacher: entry.by)
            case .evidenceAccepted(let it): pieces[it.evidence]?.acceptedBy = entry.by
            case .evidenceRefused(let it): pieces[it.evidence]?.isClosed = true
            case .evidenceWithdrawn(let it): pieces[it.evidence]?.isClosed = true
            default: break
            }
        }
        return pieces
    }

    private static func plan(for candidate: Name) throws -> ReleasePlan.Spec {
        try ReleasePlan.read(
            PlanSource([
                "apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePlan", "metadata": ["name": "p"],
                "spec": [
                    "model": "m", "candidate": .string(candidate.text), "owner": "o",
                    "cohorts": [["name": "all", "match": [:]]],
                    "stages": [
                        [
                            "name": "s", "audience": ["cohorts": ["all"]], "bake": ["min": "1d"],
                            "gates": .array(Sample.kinds.map { ["evidence": .string($0.text)] }),
                        ]
                    ],
                ],
            ])
        ).spec
    }

    @Test("opens a gate just where another person accepted a piece that holds and that nobody took back")
    func gates() {
        var (opened, closed) = (0, 0)
        repeated(seeds: 40) { seed, _ in
            var history = try #require(History(seed: seed))
            for _ in 0..<150 { _ = history.step() }
            let pieces = Self.pieces(history.entries)
            for version in Set(pieces.values.map(\.evidence.version)).sorted() {
                let spec = try Self.plan(for: try #require(history.registry.versions[version]).name)
                for (kind, days) in Sample.kinds.flatMap({ kind in Self.days.map { (kind, $0) } }) {
                    let now = history.now.advanced(days: days)
                    let good = pieces.values.filter { $0.opens(kind, of: version, at: now) }.map(\.evidence)
                    let accepted = history.registry.evidence(for: spec, at: now).filter {
                        $0.evidence == kind && $0.status == "accepted"
                    }
                    try #require(accepted.isEmpty == good.isEmpty)
                    let isOfThem = accepted.allSatisfy { status in
                        good.contains { $0.statement == status.digest && $0.madeAt == status.since }
                    }
                    try #require(isOfThem)
                    if good.isEmpty { closed += 1 } else { opened += 1 }
                }
            }
        }
        #expect((opened > 20 && closed > 20) || seeds(40).count == 1, "\(opened) opened, \(closed) closed")
    }
}
