import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

/// A release to which things happen at random, watched by someone who knows the law and not the code.
struct History {
    var world: World
    private var watcher = Watcher()
    private var earlier: [Observations] = []
    var generator: SeededGenerator

    init(_ world: World, _ generator: SeededGenerator) throws {
        self.generator = generator
        self.world = World(world.rollout.plan)
        // The watcher reads the whole log of the way there.
        var rollout = world.draft
        for entry in world.log {
            let before = rollout
            rollout.apply(entry)
            try self.watcher.watch(entry, from: before, to: rollout)
        }
        self.world = world
    }

    /// Something happens; the law holds.
    mutating func happen() throws {
        switch self.generator.next() % 16 {
        case 0...6: try self.look()
        case 7...12: try self.act()
        case 13: try self.lookAgain()
        case 14:
            self.world.confirms = self.generator.oneIn(2) ? nil : max(0, self.world.rollout.enforcement.generation - 1)
        default: try self.jump()
        }
    }

    /// Folds the log from the draft: the state, and every decision, is the same.
    func replay() throws {
        var rollout = self.world.draft
        for entry in self.world.log {
            if case .decision(let record) = entry.event {
                let again = try Rollout.step(rollout, record.inputs, recording: .everything)
                try #require(again.entries == [entry])
            }
            rollout.apply(entry)
        }
        try #require(rollout == self.world.rollout)
        // A decision that is delivered once more is taken in once.
        for entry in self.world.log {
            guard case .decision = entry.event else { continue }
            rollout.apply(entry)
        }
        try #require(rollout == self.world.rollout)
    }

    // MARK: What happens

    private mutating func look() throws {
        let spans: [Int64] = [1, 1_000, 60_000, 300_000, 3_600_000, 86_400_000]
        self.world.wait(milliseconds: spans[Int(self.generator.next() % 6)])
        self.change()
        let observations = self.world.look()
        self.earlier.append(observations)
        try self.take(try Rollout.step(self.world.rollout, observations).entries)
    }

    private mutating func change() {
        switch self.generator.next() % 24 {
        case 14...: break
        case 0...4: self.world.use(Int(self.generator.next() % 20_000))
        case 5: self.world.use(1_000, events: Int(self.generator.next() % 9))
        case 6: self.world.use(10, events: 1, tripped: 1)
        case 7: self.world.use(1_000, .test("refusals"), events: Int(self.generator.next() % 600))
        case 8: self.world.blindSince = self.world.blindSince == nil ? self.world.now : nil
        case 9: self.world.silentSince = self.world.silentSince == nil ? self.world.now : nil
        case 10: self.world.drill.toggle()
        case 11: self.world.count(.test("harm")) { $0.failures = $0.failures == 0 ? 5 : 0 }
        case 12: self.world.count(.test("harm")) { $0.exposure -= 1 }
        default: self.changeEvidence()
        }
    }

    private mutating func changeEvidence() {
        let status: Gate.Status = self.generator.oneIn(3) ? .submitted : .accepted
        let (plan, now) = (self.world.rollout.plan.digest, self.world.now)
        let other = self.generator.oneIn(2) ? plan : ContentDigest(bytes: plan.bytes.reversed()) ?? plan
        self.world.evidence = [
            EvidenceStatus(evidence: .test("risk-assessment"), status: status, since: now, digest: other)
        ]
    }

    /// An old look once more, or the last one twice: nothing may come of it.
    private mutating func lookAgain() throws {
        guard let observations = self.earlier.randomElement(using: &self.generator),
            let last = self.world.rollout.clock,
            (observations.clock.boot, observations.clock.monotonic) <= (last.boot, last.monotonic),
            observations.epoch == self.world.rollout.epoch
        else { return }
        let step = try Rollout.step(self.world.rollout, observations, recording: .everything)
        let isOther = observations.clock == last && observations != self.world.rollout.last?.inputs
        try #require(step.isQuiet || isOther)
    }

    private mutating func jump() throws {
        let clock = self.world.clock
        let isRestart = self.generator.oneIn(2)
        self.world.clock = ClockReading(
            boot: clock.boot + (isRestart ? 1 : 0), monotonic: isRestart ? 5 : clock.monotonic + 1_000,
            wall: clock.wall.advanced(milliseconds: self.generator.oneIn(2) ? 3_600_000 : 1_000))
        try self.look()
    }

    private mutating func act() throws {
        var signatory = People.all[Int(self.generator.next() % UInt64(People.all.count))]
        if self.generator.oneIn(6) {
            // The registry of people has given other roles.
            signatory = Signatory(signatory.person, roles: Role.allCases.filter { _ in self.generator.oneIn(2) })
        }
        let command = self.command()
        let before = self.world.rollout
        do {
            let entry = try Rollout.decide(command, by: signatory, in: before, at: self.world.now)
            try self.take([entry])
        } catch is RolloutRefusal {
            try #require(before == self.world.rollout)
        }
    }

    private mutating func command() -> RolloutCommand {
        switch self.generator.next() % 24 {
        case 0...13: return .approve(self.approval())
        case 14: return .withdraw(self.motion())
        case 15...16: return .start(notBefore: self.world.now)
        case 17: return .hold(reason: "hm")
        case 18: return self.generator.oneIn(2) ? .stepBack(reason: "hm") : .rollBack(reason: "hm")
        case 19: return .submit
        case 20 where self.generator.oneIn(3): return .abort(reason: "hm")
        case 21 where self.generator.oneIn(2):
            return .revise(self.generator.oneIn(2) ? RolloutPlan.short : Self.otherPlan, reason: "a draft")
        case 21:
            return .remove(Self.units[Int(self.generator.next() % 2)], reason: "hm")
        case 22:
            let somebody = People.all[Int(self.generator.next() % UInt64(People.all.count))]
            return .dismiss(somebody.person, reason: "left")
        default: return .approve(self.approval())
        }
    }

    /// Half of the time what somebody would sign for who looks at the release, else anything.
    private mutating func motion() -> Motion {
        let rollout = self.world.rollout
        if self.generator.oneIn(2) {
            switch rollout.phase {
            case .inReview: return .openPlan
            case .active(let stage, .awaitingApproval): return .openStage(stage + 1)
            case .active(_, .held), .paused, .rolledBack: return .resume
            default: break
            }
        }
        return switch self.generator.next() % 8 {
        case 0...1: .openPlan
        case 2...3: .openStage(Int(self.generator.next() % 4))
        case 4...5: .resume
        case 6: self.generator.oneIn(2) ? .override : .restore(Self.units[Int(self.generator.next() % 2)])
        default: self.generator.oneIn(4) ? .supersede(RolloutID(bits: 8)) : .override
        }
    }

    private mutating func approval() -> RolloutCommand.Approve {
        var approval = self.world.approval(self.motion())
        if self.generator.oneIn(12) { approval.plan = Self.otherPlan.digest }
        if self.generator.oneIn(12) { approval.evidence = approval.plan }
        return approval
    }

    private static let units = [AudienceUnit(ApplicationID(bits: 1)), AudienceUnit(ApplicationID(bits: 2))]

    private static let otherPlan =
        (try? RolloutPlan.short(("spec.stages[0].setWeight", 20))) ?? RolloutPlan.short

    private mutating func take(_ entries: [RolloutEntry]) throws {
        for entry in entries {
            let before = self.world.rollout
            self.world.take([entry])
            try self.watcher.watch(entry, from: before, to: self.world.rollout)
        }
    }
}
