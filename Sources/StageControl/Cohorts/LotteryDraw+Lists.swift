public import Arms
public import ReleaseModel

extension LotteryDraw {
    /// The draws of a plan whose lists are closed, in the order of its cohorts.
    ///
    /// Nothing of it is stored: it follows from the seed, the plan, and who was waiting when the lists were closed, and
    /// all three stand in the log once the seed is revealed. A cohort that stands before a lottery takes whom it fits,
    /// so that no place is drawn for somebody who has one.
    public static func draws(
        of spec: ReleasePlan.Spec, _ lists: [Name: [AudienceCaller]], seed: Seed, bucketing: Bucketing
    ) throws -> [LotteryDraw] {
        var draws: [LotteryDraw] = []
        for cohort in spec.cohorts {
            guard let waiting = lists[cohort.name] else { continue }
            let audience = try RolloutAudience(of: spec, bucketing: bucketing, draws: draws)
            let entrants = try audience.entrants(of: cohort.name, among: waiting)
            draws.append(try LotteryDraw(cohort, among: entrants, seed: seed))
        }
        return draws
    }
}

extension ReleasePlan.Spec {
    /// The lotteries whose lists close when these cohorts open: they themselves, and those that stand before them,
    /// whose members they must not take.
    public func lotteriesClosed(byOpening cohorts: [Name]) -> [Name] {
        guard let last = self.cohorts.lastIndex(where: { cohorts.contains($0.name) && $0.isLottery }) else { return [] }
        return self.cohorts[...last].filter(\.isLottery).map(\.name)
    }

    /// How the plan divides units, under a seed.
    public func bucketing(_ seed: Seed) -> Bucketing {
        switch self.bucketing.algorithm {
        case .hmac: .hmacSHA256MulShift(seed)
        case .murmurMulshift: .murmur3MulShift(flag: self.model.text)
        case .murmurModulo: .murmur3Modulo100(group: self.model.text)
        }
    }
}

extension Cohort {
    /// Whether its places are drawn.
    public var isLottery: Bool { if case .lottery = self.membership { true } else { false } }
}
