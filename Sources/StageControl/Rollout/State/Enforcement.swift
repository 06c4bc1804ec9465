public import ReleaseModel

/// What gateways enforce, under a number that only rises. A gateway never takes a lower one.
///
/// It is all that a gateway's snapshot needs of a rollout: who is in and how far, whether anybody new is let in, what
/// becomes of answers on their way, and how long it may be believed.
public struct Enforcement: Codable, Hashable, Sendable {
    /// For how many milliseconds a gateway believes it: then it serves the candidate to nobody until it is told again.
    public static let lease: Int64 = 5_000

    /// The number.
    public internal(set) var generation: Int
    /// What is open to each cohort, by name; a cohort that is not there is closed.
    public internal(set) var openings: [Opening]
    /// Whether nobody new is let in: those who are in stay.
    public internal(set) var isFrozen: Bool
    /// Whether every request is taken from a block of the exposure budget that was handed out before.
    public internal(set) var isMetered: Bool
    /// For how many milliseconds answers of what is closed may go on; 0 ends them at once.
    public internal(set) var drain: Int64
    /// For how many milliseconds it is believed.
    public internal(set) var lease: Int64

    /// What is open to one cohort.
    public struct Opening: Codable, Hashable, Sendable {
        /// The cohort.
        public let cohort: Name
        /// The share that the candidate serves, in millionths.
        public let weight: Int
        /// The stage whose caps hold, as a place in the plan.
        public let stage: Int
        /// How much everybody in it may use.
        public let caps: StageCaps
    }

    enum CodingKeys: String, CodingKey {
        case generation, openings
        case isFrozen = "is_frozen"
        case isMetered = "is_metered"
        case drain, lease
    }

    /// Nothing is open.
    static let closed = Enforcement(
        generation: 0, openings: [], isFrozen: false, isMetered: false, drain: 0, lease: Self.lease)

    /// The share of a cohort that the candidate serves, in millionths.
    public func weight(of cohort: Name) -> Int { self.openings.first { $0.cohort == cohort }?.weight ?? 0 }

    /// What a stage opens, besides what is open: nobody is put out.
    func widened(to stage: Int, of spec: ReleasePlan.Spec) -> [Opening] {
        let targets = spec.openings(atStage: stage)
        let kept = self.openings.filter { opening in
            targets[opening.cohort].map { $0.weight.millionths < opening.weight } ?? true
        }
        let opened = targets.filter { target in !kept.contains { $0.cohort == target.key } }
            .map { Opening(cohort: $0, weight: $1.weight.millionths, stage: $1.stage, caps: $1.caps) }
        return (kept + opened).sorted { $0.cohort < $1.cohort }
    }

    /// What an earlier stage opened, of what is open: nobody is let in who was not. Nil is nothing.
    func narrowed(to stage: Int?, of spec: ReleasePlan.Spec) -> [Opening] {
        guard let stage else { return [] }
        let targets = spec.openings(atStage: stage)
        return self.openings.compactMap { opening in
            guard let target = targets[opening.cohort] else { return nil }
            let weight = min(target.weight.millionths, opening.weight)
            guard weight > 0 else { return nil }
            let caps = target.caps.tightened(by: opening.caps)
            return Opening(cohort: opening.cohort, weight: weight, stage: target.stage, caps: caps)
        }
    }
}

extension StageCaps {
    /// The tighter of each of two caps.
    fileprivate func tightened(by other: Self) -> Self {
        func least(_ cap: (Self) -> Int?) -> Int? { [cap(self), cap(other)].compactMap(\.self).min() }
        return Self(
            requestsPerMinutePerApp: least(\.requestsPerMinutePerApp),
            tokensPerMinutePerApp: least(\.tokensPerMinutePerApp), concurrencyPerApp: least(\.concurrencyPerApp),
            outputTokensPerRequest: least(\.outputTokensPerRequest), requestsPerDay: least(\.requestsPerDay))
    }
}

extension StageCaps: Codable {
    /// Reads the caps by their names; a name that no cap has is refused.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([String: Int].self)
        if let unknown = values.keys.first(where: { name in !StageCaps().named.contains { $0.name == name } }) {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(unknown) is no cap")
        }
        self.init(
            requestsPerMinutePerApp: values["requestsPerMinutePerApp"],
            tokensPerMinutePerApp: values["tokensPerMinutePerApp"], concurrencyPerApp: values["concurrencyPerApp"],
            outputTokensPerRequest: values["outputTokensPerRequest"], requestsPerDay: values["requestsPerDay"])
    }

    /// Writes the caps that are set, by their names.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let set = self.named.compactMap { cap in cap.value.map { (cap.name, $0) } }
        try container.encode(Dictionary(set, uniquingKeysWith: { first, _ in first }))
    }
}
