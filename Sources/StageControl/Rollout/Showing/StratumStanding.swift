public import ReleaseModel
import SequentialTests

/// How a part of the public stands of which the open stage must see enough: its verdict, and what so much use could
/// have shown at all.
public struct StratumStanding: Hashable, Sendable {
    /// What the part is a part by.
    public let dimension: Stratum.Dimension
    /// The part.
    public let part: Name
    /// Requests of the candidate in the stage that were from it.
    public let requests: Int
    /// How many there must be.
    public let quota: Int
    /// The smallest rate of harm that so many requests could have excluded if no event came; nil where no error rate
    /// was spent, and nothing is excluded.
    public let smallestRate: Double?

    /// Whether the quota is met. It says that enough was seen, and nothing of what was seen.
    public var verdict: Verdict { self.requests >= self.quota ? .pass : .undecided }
}

extension StratumStanding: CustomStringConvertible {
    /// Such as: language sw: 120 of 500 requests; no rate below 0.031 could have been excluded.
    public var description: String {
        let seen =
            "\(self.dimension.rawValue) \(self.part): \(Figures.count(Double(self.requests))) of "
            + "\(Figures.count(Double(self.quota))) requests"
        guard let smallestRate, smallestRate < 1 else { return seen + "; no rate of harm could have been excluded" }
        return seen + "; no rate of harm below \(Figures.rate(smallestRate)) could have been excluded"
    }
}

extension Rollout {
    /// How the parts of the public stand of which the open stage must see enough, as of the last record.
    public var strata: [StratumStanding] {
        guard let stage, let last else { return [] }
        return self.strata(of: stage, last.inputs, errorRate: last.shares?.advance)
    }

    /// The same of any stage, by what is seen now.
    func strata(of stage: Int, _ seen: Observations, errorRate: Double? = nil) -> [StratumStanding] {
        self.spec.stages[stage].strata.flatMap { stratum in
            stratum.quotas.sorted { $0.key < $1.key }.map { part, quota in
                let requests = self.use(of: part, stratum.dimension, seen)
                return StratumStanding(
                    dimension: stratum.dimension, part: part, requests: requests, quota: quota,
                    smallestRate: errorRate.map {
                        smallestDetectableRate(exposure: Double(requests), errorRate: $0)
                    })
            }
        }
    }

    private func use(of part: Name, _ dimension: Stratum.Dimension, _ seen: Observations) -> Int {
        func count(_ strata: [StratumCount]) -> Int {
            strata.first { $0.part == part && $0.dimension == dimension.rawValue }?.requests ?? 0
        }
        return count(seen.strata) &- count(self.strataBefore)
    }
}
