public import ReleaseModel

/// What is open to one cohort in a stage.
public struct CohortOpening: Hashable, Sendable {
    /// The stage whose terms hold for the cohort: the last one so far that names it.
    public let stage: Int
    /// The share that the candidate serves.
    public let weight: Share
    /// How much everybody in it may use.
    public let caps: StageCaps
}

/// What a stage opens that was not open before.
public struct Widening: Hashable, Sendable {
    /// Cohorts that are let in for the first time.
    public let newCohorts: [Name]
    /// Cohorts of which a larger share is let in.
    public let widerCohorts: [Name]
    /// Whether more applications or people of a cohort may be let in than before.
    public let raisesCeiling: Bool
    /// Whether it goes further on the gradient of release.
    public let raisesLevel: Bool
    /// What is given away for good.
    public let components: [StageComponent]

    /// Whether nothing is opened.
    public var isNone: Bool {
        self.newCohorts.isEmpty && self.widerCohorts.isEmpty && !self.raisesCeiling && !self.asksForPeople
    }

    /// Whether people must decide. Rules may widen by themselves only what their evidence speaks of: more of those who
    /// are already in.
    public var asksForPeople: Bool { !self.newCohorts.isEmpty || self.raisesLevel || !self.components.isEmpty }
}

extension ReleasePlan.Spec {
    /// What is open in a stage, by cohort: what it opens itself, and what earlier stages opened and it does not name.
    public func openings(atStage index: Int) -> [Name: CohortOpening] {
        var openings: [Name: CohortOpening] = [:]
        for (number, stage) in self.stages.prefix(index + 1).enumerated() {
            for cohort in stage.audience.cohorts {
                openings[cohort] = CohortOpening(stage: number, weight: stage.setWeight, caps: stage.caps)
            }
        }
        return openings
    }

    /// What a stage opens beyond the one before it. `index` is a place in ``stages``.
    public func widening(atStage index: Int) -> Widening {
        let stage = self.stages[index]
        let before = self.openings(atStage: index - 1)
        let level = index > 0 ? self.stages[index - 1].level : .closed
        return Widening(
            newCohorts: stage.audience.cohorts.filter { before[$0] == nil },
            widerCohorts: stage.audience.cohorts.filter { before[$0].map { $0.weight < stage.setWeight } ?? false },
            raisesCeiling: stage.audience.cohorts.contains { cohort in
                before[cohort].map { self.stages[$0.stage].audience.isNarrower(than: stage.audience) } ?? false
            },
            raisesLevel: level < stage.level, components: stage.components)
    }

    /// The cohort with this name, if the plan defines it.
    public func cohort(named name: Name) -> Cohort? { self.cohorts.first { $0.name == name } }

    /// Whether a stage lets in whoever asks, or gives something to everybody.
    public func isPublic(_ stage: Stage) -> Bool {
        stage.audience.cohorts.contains { self.cohort(named: $0)?.isPublic ?? false }
            || stage.components.contains { $0.audience == .public }
    }
}

extension StageAudience {
    /// Whether fewer applications or people may be let in than by another audience.
    func isNarrower(than other: StageAudience) -> Bool {
        Self.isLess(self.applications, other.applications) || Self.isLess(self.people, other.people)
    }

    private static func isLess(_ one: Ceiling?, _ other: Ceiling?) -> Bool {
        (one?.max ?? .max) < (other?.max ?? .max)
    }
}
