import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("Evidence at the gates")
struct EvidenceGateTests {
    private static let day: Int64 = 86_400_000
    private static let attacher = PersonID(bits: 41)
    private static let reviewer = PersonID(bits: 42)

    private static func digest(_ byte: UInt8) -> ContentDigest {
        ContentDigest(bytes: repeatElement(byte, count: 32)) ?? RolloutPlan.short.digest
    }

    /// A piece that was made at a moment and holds for thirty days.
    private static func piece(
        _ number: UInt8, made: Timestamp, _ verdict: Evidence.Review.Verdict? = .accepted, by: PersonID = Self.reviewer
    ) -> Evidence {
        Evidence(
            id: EvidenceID(bits: UInt128(number)), version: VersionID(bits: 1), kind: .test("risk-assessment"),
            file: Self.digest(number), method: "m", issuer: "i", limits: "l", madeAt: made,
            validUntil: made.advanced(milliseconds: 30 * Self.day), by: Self.attacher, attached: made,
            review: verdict.map { Evidence.Review(verdict: $0, by: by, at: made, reasons: "r") })
    }

    private static func withdrawn(_ piece: Evidence) -> Evidence {
        var piece = piece
        piece.withdrawal = Evidence.Withdrawal(by: Self.reviewer, at: piece.madeAt, reason: "r")
        return piece
    }

    @Test("counts as far as another person took it, until its time is over")
    func statuses() {
        let (spec, made) = (RolloutPlan.short.plan.spec, World().now)
        func seen(_ piece: Evidence, _ days: Int64 = 1) -> [EvidenceStatus] {
            spec.evidence(among: [piece], at: made.advanced(milliseconds: days * Self.day))
        }
        let accepted = Self.piece(1, made: made)
        #expect(
            seen(accepted) == [
                EvidenceStatus(
                    evidence: .test("risk-assessment"), status: .accepted, since: made, digest: accepted.statement)
            ])
        #expect(seen(Self.piece(1, made: made, nil)).map(\.status) == ["submitted"])
        #expect(seen(Self.piece(1, made: made, .refused)).isEmpty)
        #expect(seen(Self.piece(1, made: made, by: Self.attacher)).isEmpty, "nobody judges their own")
        #expect(seen(Self.withdrawn(accepted)).isEmpty)
        #expect(seen(accepted, 30).isEmpty)
        #expect(spec.evidence(among: [accepted], at: accepted.validUntil.advanced(milliseconds: -1)).count == 1)
        var other = accepted
        other.kind = .test("something-else")
        #expect(seen(other).isEmpty, "no gate asks for it")
    }

    @Test("is as good as the best piece, whatever a gate asks for in status and age")
    func best() throws {
        var (met, unmet, dropped) = (0, 0, 0)
        repeated(seeds: 400) { _, generator in
            let (spec, now) = (RolloutPlan.short.plan.spec, World().now)
            let pieces = (0..<UInt8.random(in: 0...6, using: &generator)).map { number in
                let made = now.advanced(milliseconds: Int64.random(in: -40...1, using: &generator) * Self.day)
                let verdict: Evidence.Review.Verdict? =
                    [nil, .accepted, .accepted, .refused].randomElement(
                        using: &generator) ?? nil
                let piece = Self.piece(
                    number, made: made, verdict, by: generator.oneIn(6) ? Self.attacher : Self.reviewer)
                return generator.oneIn(6) ? Self.withdrawn(piece) : piece
            }
            let best = spec.evidence(among: pieces, at: now)
            let each = pieces.flatMap { spec.evidence(among: [$0], at: now) }
            try #require(best.allSatisfy(each.contains))
            try #require(spec.evidence(among: pieces.shuffled(using: &generator), at: now) == best)
            dropped += each.count - best.count
            for status in Gate.Status.allCases {
                for days in [Int64?.none, 0, 3, 10, 29] {
                    func isMet(_ statuses: [EvidenceStatus]) -> Bool {
                        statuses.contains { found in
                            guard let reached = Gate.Status(rawValue: found.status), reached >= status else {
                                return false
                            }
                            return days.map { now.since(found.since) <= $0 * Self.day } ?? true
                        }
                    }
                    try #require(isMet(best) == isMet(each))
                    if isMet(best) { met += 1 } else { unmet += 1 }
                }
            }
        }
        #expect((met > 500 && unmet > 500 && dropped > 100) || seeds(400).count == 1)
    }

    /// A world whose gates see just these pieces.
    private static func see(_ pieces: [Evidence], _ world: inout World) {
        world.evidence = world.spec.evidence(among: pieces, at: world.now)
    }

    @Test("keeps a signed plan closed until it is accepted, and its signatures are for what was seen")
    func start() throws {
        var world = World()
        world.evidence = []
        try world.open()
        #expect(world.rollout.stage == nil)
        #expect(world.rollout.last?.assessment.obstacles == [.gate(.test("risk-assessment"))])
        // What is submitted opens nothing, and voids what was signed without it.
        Self.see([Self.piece(1, made: world.now, nil)], &world)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .inReview && world.rollout.ballots.isEmpty)
        try world.sign(.openPlan, People.first, People.third)
        Self.see([Self.piece(1, made: world.now)], &world)
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .inReview && world.rollout.ballots.isEmpty)
        try world.sign(.openPlan, People.first, People.third)
        try world.person(People.manager, .start(notBefore: world.now))
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == 0)
    }

    @Test("holds the stage that stands on it when it is withdrawn, refused or over, for as long")
    func holding() throws {
        var world = World()
        let piece = Self.piece(1, made: world.now)
        Self.see([piece], &world)
        try world.open()
        try #require(world.rollout.stage == 0)
        let held = RolloutPhase.active(stage: 0, .held([.evidence(.test("risk-assessment"))]))
        func look(_ pieces: [Evidence], after span: TimeSpan = TimeSpan(1, .second)) throws {
            world.wait(span)
            Self.see(pieces, &world)
            try world.tick()
        }
        try look([Self.withdrawn(piece)])
        #expect(world.rollout.phase == held && world.rollout.enforcement.isFrozen)
        let second = Self.piece(2, made: world.now)
        try look([Self.withdrawn(piece), second])
        #expect(world.rollout.phase != held && !world.rollout.enforcement.isFrozen)
        // Nobody says anything more, and its time is over.
        while world.now.since(second.validUntil) < 0 {
            try look([second], after: TimeSpan(5, .minute))
            guard world.rollout.stage == 0, world.now.since(second.madeAt) < 31 * Self.day else { break }
        }
        #expect(world.rollout.last?.assessment.holds.contains(.evidence(.test("risk-assessment"))) == true)
        world.use(50_000)
        try look([second], after: TimeSpan(2, .hour))
        #expect(world.rollout.stage == 0, "nothing opens on evidence that is over")
    }

    @Test("voids an override and the signatures of a stage as soon as it is other evidence")
    func voiding() throws {
        var world = World()
        let piece = Self.piece(1, made: world.now)
        Self.see([piece], &world)
        try world.open()
        for signatory in [People.third, People.first] {
            try world.person(signatory, .approve(world.approval(.override)))
        }
        try #require(world.rollout.override != nil)
        Self.see([piece, Self.piece(2, made: world.now.advanced(milliseconds: 1), nil)], &world)
        world.silentSince = Timestamp(milliseconds: 0)  // or the override would open the next stage first
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.override == nil)
    }

    @Test("voids what people signed as soon as anything is said of it otherwise: its limits, or until when it holds")
    func statement() throws {
        let made = World().now
        let piece = Self.piece(1, made: made)
        var changes: [Evidence] = []
        func change(_ body: (inout Evidence) -> Void) {
            var other = piece
            body(&other)
            changes.append(other)
        }
        change { $0.limits = "l, and nothing of long dialogues" }
        change { $0.validUntil = $0.validUntil.advanced(milliseconds: 1) }
        change { $0.method = "another" }
        change { $0.issuer = "another" }
        change { $0.file = Self.digest(2) }
        change { $0.subject = Self.digest(3) }
        for other in changes {
            var world = World()
            let now = made.advanced(milliseconds: Self.day)
            world.wait(milliseconds: Self.day)
            world.evidence = world.spec.evidence(among: [piece], at: now)
            try world.person(People.manager, .submit)
            try world.tick()
            try world.sign(.openPlan, People.first, People.third)
            #expect(world.rollout.phase == .approved)
            let old = world.approval(.openPlan)
            world.evidence = world.spec.evidence(among: [other], at: now)
            #expect(world.evidence.count == 1)
            try world.tick(after: TimeSpan(1, .second))
            #expect(world.rollout.phase == .inReview && world.rollout.ballots.isEmpty)
            #expect(throws: RolloutRefusal.self) { try world.person(People.first, .approve(old)) }
        }
        #expect(Set(changes.map(\.statement)).union([piece.statement]).count == changes.count + 1)
        // Who judged it when does not change what it claims.
        #expect(Self.piece(1, made: made, nil).statement == piece.statement)
    }
}

@Suite("Heartbeats of controls beside a release")
struct HeartbeatTests {
    private let filter = Name.test("filter")

    @Test("count for the moment that they name, and never for a later one than they came in")
    func moments() throws {
        let (spec, now) = (RolloutPlan.short.plan.spec, World().now)
        var heartbeats = Heartbeats()
        func take(_ offset: Int64, at later: Int64 = 0) throws -> Bool {
            try heartbeats.take(
                Heartbeat(control: self.filter, at: now.advanced(milliseconds: offset)), of: spec,
                at: now.advanced(milliseconds: later))
        }
        #expect(heartbeats.reports.isEmpty)
        #expect(try take(-5_000))
        #expect(heartbeats.reports.map(\.lastHeard) == [now.advanced(milliseconds: -5_000)])
        #expect(try take(30_000), "a clock may be ahead a little")
        #expect(heartbeats.reports.map(\.lastHeard) == [now], "but nobody is alive longer by it")
        for repeated in [30_000, -5_000] as [Int64] { #expect(try !take(repeated, at: 20_000)) }
        #expect(heartbeats.reports.map(\.lastHeard) == [now])
        #expect(throws: HeartbeatFault.fromFuture(milliseconds: 60_001)) { try take(60_001) }
    }

    @Test("of a control that the plan does not name are refused, with those that it names")
    func unknown() throws {
        var heartbeats = Heartbeats()
        let strange = Heartbeat(control: .test("filtre"), at: World().now)
        let fault = #expect(throws: HeartbeatFault.unknownControl(.test("filtre"), known: [self.filter])) {
            try heartbeats.take(strange, of: RolloutPlan.short.plan.spec, at: World().now)
        }
        #expect(fault?.description == "The plan names no control filtre; it names filter.")
        #expect(heartbeats == Heartbeats())
    }

    @Test("let a stage advance while they come, and hold it when they do not")
    func stage() throws {
        var world = try World.opened()
        var heartbeats = Heartbeats()
        func look(_ isUp: Bool, after span: TimeSpan) throws -> Observations {
            world.wait(span)
            let beat = Heartbeat(control: self.filter, at: world.now)
            if isUp { _ = try heartbeats.take(beat, of: world.spec, at: world.now) }
            var seen = world.look()
            seen.companions = heartbeats.reports
            world.take(try Rollout.step(world.rollout, seen).entries)
            return seen
        }
        _ = try look(false, after: TimeSpan(1, .second))
        #expect(world.rollout.phase == .active(stage: 0, .held([.companion(self.filter)])), "not heard is not up")
        world.use(20_000)
        for _ in 0..<30 where world.rollout.stage == 0 { _ = try look(true, after: TimeSpan(5, .minute)) }
        #expect(world.rollout.stage == 1)
        _ = try look(false, after: TimeSpan(2, .minute))
        #expect(world.rollout.phase == .active(stage: 1, .held([.companion(self.filter)])))
    }
}
