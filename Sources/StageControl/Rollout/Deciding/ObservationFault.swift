public import ReleaseModel

/// Why observations are refused as a whole. Nothing has happened then.
///
/// What is wrong with one metric is no such fault: the metric is not known then, and the others are judged. Whoever
/// gets a fault gathers anew, and renews no gateway's lease until a step succeeds.
public enum ObservationFault: Error, Hashable, Sendable {
    /// The counts are of another epoch of evidence than the rollout's.
    case otherEpoch(found: Int, expected: Int)
    /// The plan has no such metric.
    case unknownMetric(Name)
    /// The metric is there twice.
    case repeatedMetric(Name)
    /// A count is negative or too large.
    case impossibleCount(String)
    /// Requests of this epoch went back.
    case countWentBack(String)
    /// A gateway enforces what was never decided.
    case unknownGeneration(gateway: Name, found: Int, newest: Int)
    /// There is more than anybody has.
    case tooMany(String)

    /// The most gateways, kinds of evidence, parts of the public or shares that are looked at.
    public static let mostListed = 10_000

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .otherEpoch: "observation_other_epoch"
        case .unknownMetric: "observation_unknown_metric"
        case .repeatedMetric: "observation_repeated_metric"
        case .impossibleCount: "observation_impossible_count"
        case .countWentBack: "observation_count_went_back"
        case .unknownGeneration: "observation_unknown_generation"
        case .tooMany: "observation_too_many"
        }
    }
}

extension ObservationFault: CustomStringConvertible {
    /// What is refused and what to do.
    public var description: String {
        switch self {
        case .otherEpoch(let found, let expected):
            "The counts are of epoch \(found), and the rollout's is \(expected); count anew and look again."
        case .unknownMetric(let name): "The plan has no metric \(name); leave it out."
        case .repeatedMetric(let name): "The metric \(name) is there twice; add its counts up."
        case .impossibleCount(let field): "\(field) is negative or too large; look at who counts."
        case .countWentBack(let field): "\(field) is less than before in the same epoch; look at who counts."
        case .unknownGeneration(let gateway, let found, let newest):
            "\(gateway) enforces generation \(found), and the newest is \(newest); look for lost entries."
        case .tooMany(let field): "\(field) has more than \(Self.mostListed) elements; leave out what is over."
        }
    }
}

extension Rollout {
    /// Refuses observations that cannot be of this rollout, or cannot be at all.
    func check(_ seen: Observations) throws(ObservationFault) {
        guard seen.epoch == self.epoch else { throw .otherEpoch(found: seen.epoch, expected: self.epoch) }
        for (index, observed) in seen.metrics.enumerated() {
            guard self.spec.metrics.contains(where: { $0.name == observed.metric }) else {
                throw .unknownMetric(observed.metric)
            }
            let isRepeated = seen.metrics[..<index].contains { $0.metric == observed.metric }
            if isRepeated { throw .repeatedMetric(observed.metric) }
        }
        guard seen.clock.isPossible else { throw .impossibleCount("clock") }
        guard seen.units.allSatisfy(\.isSound) else { throw .impossibleCount("units") }
        guard 0...PlanLimits.count ~= seen.requests else { throw .impossibleCount("requests") }
        guard 0...PlanLimits.count ~= seen.exposureUsed ?? 0 else { throw .impossibleCount("exposure_used") }
        guard seen.requests >= self.requestsBefore else { throw .countWentBack("requests") }
        guard seen.strata.allSatisfy({ 0...PlanLimits.count ~= $0.requests }) else { throw .impossibleCount("strata") }
        for gateway in seen.gateways where gateway.generation > self.enforcement.generation {
            throw .unknownGeneration(
                gateway: gateway.gateway, found: gateway.generation, newest: self.enforcement.generation)
        }
        let lists = [
            ("units", seen.units.count), ("strata", seen.strata.count), ("evidence", seen.evidence.count),
            ("companions", seen.companions.count), ("gateways", seen.gateways.count), ("zones", seen.zones.count),
        ]
        for (name, count) in lists where count > ObservationFault.mostListed { throw .tooMany(name) }
    }
}
