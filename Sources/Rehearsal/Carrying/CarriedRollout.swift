import ReleaseModel
import StageControl

/// A rollout as a rehearsal carries it out: the rules themselves, and people who do what a plan asks of them.
///
/// This file is all that a rehearsal knows of how rollouts work. Every decision comes from `Rollout.step`.
struct CarriedRollout: Sendable {
    private(set) var rollout: Rollout

    private static let author = Signatory(PersonID(bits: 1), roles: [.releaseManager])

    /// A draft of a plan.
    init(_ plan: SealedPlan) {
        self.rollout = Rollout(id: RolloutID(bits: 1), plan: plan, author: Self.author.person)
    }

    // MARK: People

    /// The author puts the plan before those who approve. Throws everything that keeps it from that.
    mutating func submit(at now: Timestamp) throws(RehearsalFaults) {
        let objections = PlanLint.findings(in: self.rollout.plan.plan).filter { $0.severity == .error }
        guard objections.isEmpty else {
            throw RehearsalFaults(faults: objections.map { .planObjection($0.description) })
        }
        do throws(RolloutRefusal) {
            self.rollout.apply(try Rollout.decide(.submit, by: Self.author, in: self.rollout, at: now))
        } catch {
            throw RehearsalFaults(faults: [.planObjection("\(error)")])
        }
    }

    /// The author lets the machine begin.
    mutating func start(at now: Timestamp) {
        guard let entry = try? Rollout.decide(.start(notBefore: now), by: Self.author, in: self.rollout, at: now)
        else { return }
        self.rollout.apply(entry)
    }

    /// As many people as it takes sign for something, each in every role that is asked for.
    ///
    /// A signature that is refused, since what it is for has changed, is not given.
    mutating func sign(_ motion: Motion, at now: Timestamp) {
        let requirement = self.rollout.requirement(for: motion)
        for number in 0..<requirement.distinct {
            let person = Signatory(PersonID(bits: UInt128(number) + 2), roles: requirement.roles)
            let approval = RolloutCommand.Approve(
                motion, plan: self.rollout.plan.digest, evidence: self.rollout.evidence, reason: "rehearsal")
            guard let entry = try? Rollout.decide(.approve(approval), by: person, in: self.rollout, at: now) else {
                return
            }
            self.rollout.apply(entry)
        }
    }

    /// The stage that waits for nothing but signatures; nil if none does.
    var awaited: Int? {
        guard case .active(let stage, .awaitingApproval) = self.rollout.phase else { return nil }
        return stage + 1
    }

    /// Whether signatures stand that another verdict would void.
    var isSigned: Bool { !self.rollout.ballots.isEmpty }

    // MARK: Looking

    /// The same after time in which nobody needed to look.
    func passed(until clock: ClockReading) -> CarriedRollout {
        var later = self
        later.pass(until: clock)
        return later
    }

    /// What the rules would make of observations; nothing changes, and no record of it is made.
    func foretold(_ seen: Observations) throws(ObservationFault) -> Assessment? {
        try self.rollout.assessment(of: seen)
    }

    /// Looks, and takes in what is decided; gives the transition, if there is one.
    mutating func look(_ seen: Observations, recording: Recording) throws(ObservationFault) -> Transition? {
        let step = try Rollout.step(self.rollout, seen, recording: recording, digest: Self.digest(of: seen))
        for entry in step.entries { self.rollout.apply(entry) }
        return step.entries.isEmpty ? nil : step.assessment?.transition
    }

    /// What tells observations of one run apart: when they were made, and of what was open then.
    private static func digest(of seen: Observations) -> ContentDigest? {
        let words = [Int(seen.clock.monotonic), seen.epoch, seen.gateways.first?.generation ?? 0, seen.requests]
        return ContentDigest(
            bytes: words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }

    /// Lets time pass in which nobody needs to look, up to a reading of the clocks.
    ///
    /// A control plane that looks all the time and finds nothing new records that, every five minutes. Each such record
    /// says what the one before said, at a later time. Here one record stands for all of them. The counts in it stay
    /// those of the last one, so that the next look sees everything that has happened since.
    mutating func pass(until clock: ClockReading) {
        guard var record = self.rollout.last, let earlier = self.rollout.clock,
            let elapsed = clock.elapsed(since: earlier), elapsed > 0
        else { return }
        let (holds, obstacles) = (record.assessment.holds, record.assessment.obstacles)
        let isRunning = !holds.contains(where: \.stopsRelease) && !obstacles.contains(.preparing)
        record.tick = self.rollout.tick + 1
        record.inputs.clock = clock
        record.exposureBudget = self.rollout.exposureBudget
        record.assessment.transition = nil
        record.assessment.ran = self.rollout.ran + (isRunning ? elapsed : 0)
        self.rollout.apply(RolloutEntry(at: clock.wall, by: .system, event: .decision(record)))
    }

    // MARK: What follows

    /// Whether the rollout waits for a moment in which more may be opened, and nothing is open yet.
    var isScheduled: Bool {
        if case .scheduled = self.rollout.phase { return true }
        return false
    }

    /// Whether nothing more opens, and the release is watched.
    var isWatching: Bool {
        if case .watching = self.rollout.phase { return true }
        return false
    }

    /// Why people must decide whether it goes on; nil if they need not.
    var waitsForPeople: HoldCause? { self.rollout.latchedHolds.first }

    /// What holds at the last record.
    var holds: [HoldCause] { self.rollout.last?.assessment.holds ?? [] }

    /// Whether rules say what they said at the last record.
    func saysTheSame(_ rules: [RuleRecord]) -> Bool {
        (self.rollout.last?.assessment.rules ?? []).elementsEqual(rules) { one, other in
            one.metric == other.metric && one.rule == other.rule && one.verdict == other.verdict
        }
    }
}
