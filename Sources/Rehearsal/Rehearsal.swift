import ReleaseModel
public import StageControl

/// A plan, carried out in a supposed world as often as one likes, by the very rules that carry it out in truth.
///
/// One run is a function of the plan, the suppositions and a seed: nothing depends on time, threads or the order of
/// runs. Whoever wants many asks for parts of them in parallel and adds the tallies up.
///
/// Supposed are people who sign as soon as they are asked, or some time later; gateways that confirm at once; evidence
/// that is accepted and renewed; controls that are up; sources that answer. Bake times, change windows, exposure
/// budgets, late reports, influence caps and the plan's error budget are as in truth. A run ends where the machine goes
/// back or holds until people decide: what they decide is not the plan's.
public struct Rehearsal: Sendable {
    /// The share of its bound that a metric's true rate is supposed to have, if nobody says another.
    public static let usualShare = 0.3
    /// The true rate of a metric that is only compared with the baseline, if nobody says another.
    public static let usualRate = 0.01
    /// The share of events that a monitor sees, if nobody says another.
    public static let usualRecall = 0.95

    /// The plan.
    public let plan: ReleasePlan
    /// What was supposed.
    public let suppositions: Suppositions
    let world: SupposedWorld
    private let sealed: SealedPlan
    private let laws: StageLaws
    private let traits: [StageTraits]
    private let draft: CarriedRollout

    /// A rehearsal; throws everything that keeps it from being held, at once.
    public init(_ plan: ReleasePlan, _ suppositions: Suppositions) throws(RehearsalFaults) {
        let world = try SupposedWorld(plan.spec, suppositions)
        let sealed = SealedPlan(plan)
        self.init(plan, world, sealed, try Self.approved(world, sealed))
    }

    private init(_ plan: ReleasePlan, _ world: SupposedWorld, _ sealed: SealedPlan, _ draft: CarriedRollout) {
        (self.plan, self.suppositions, self.world, self.sealed) = (plan, world.suppositions, world, sealed)
        self.laws = StageLaws(world)
        self.traits = StageTraits.all(plan.spec)
        self.draft = draft
    }

    /// The same with another world.
    func supposing(_ world: SupposedWorld) -> Rehearsal {
        Rehearsal(self.plan, world, self.sealed, self.draft)
    }

    /// A rollout that people have approved, and that the machine is to begin.
    private static func approved(
        _ world: SupposedWorld, _ plan: SealedPlan
    ) throws(RehearsalFaults) -> CarriedRollout {
        var release = CarriedRollout(plan)
        let start = world.suppositions.start
        try release.submit(at: start)
        let scene = Scene(StageLaws(world), seed: 0, now: start.milliseconds)
        let seen = Surroundings(world, digest: plan.digest, seed: 0).look(scene, epoch: 0, generation: 0)
        do throws(ObservationFault) {
            _ = try release.look(seen, recording: .everything)
        } catch {
            throw RehearsalFaults(faults: [.planObjection("\(error)")])
        }
        release.sign(.openPlan, at: start)
        release.start(at: start)
        return release
    }

    // MARK: Runs

    /// One run. The same seed leads to the same run, everywhere.
    ///
    /// Throws if the rules refuse what they are shown, which no plan and no supposition brings about.
    public func run(seed: UInt64) throws(ObservationFault) -> RehearsalRun {
        try self.run(seed: seed, pace: .whereItMatters)
    }

    /// One run, with looks at a pace.
    func run(seed: UInt64, pace: Run.Pace) throws(ObservationFault) -> RehearsalRun {
        let start = self.suppositions.start.milliseconds
        let interval = self.plan.spec.evaluation.interval.milliseconds
        let scene = Scene(self.laws, seed: seed, now: start + interval)
        let surroundings = Surroundings(self.world, digest: self.sealed.digest, seed: seed)
        var run = Run(
            self.draft, scene, surroundings, self.traits, self.suppositions, interval: interval, pace: pace)
        return try run.carryOut()
    }

    /// What came of the runs with these numbers. `seed` is that of the whole rehearsal.
    public func tally(seed: UInt64, runs: Range<Int>) throws(ObservationFault) -> RehearsalTally {
        var tally = RehearsalTally(stages: self.plan.spec.stages.count, metrics: self.plan.spec.metrics.count)
        for number in runs {
            tally.add(try self.run(seed: Chance.key(seed, UInt64(number))), in: self.world)
        }
        return tally
    }
}
