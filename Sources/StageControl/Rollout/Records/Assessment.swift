public import ReleaseModel

/// What the rules make of a moment: what each says, what holds, what is in the way, and what is done.
public struct Assessment: Codable, Hashable, Sendable {
    /// What is known of each metric that the stage watches.
    public var health: [MetricHealth]
    /// What each rule says, metric by metric.
    public var rules: [RuleRecord]
    /// ln E of the sample ratio's being broken; nil where nothing is split.
    public var sampleRatio: Double?
    /// Milliseconds that the stage has really run.
    public var ran: Int64
    /// Why everything stays as it is.
    public var holds: [HoldCause]
    /// Why the next stage does not open.
    public var obstacles: [Obstacle]
    /// What people see when they sign: the digest of the plan, the verdicts and the evidence.
    public var evidence: ContentDigest
    /// What is done; nil if nothing.
    public var transition: Transition?

    enum CodingKeys: String, CodingKey {
        case health, rules
        case sampleRatio = "sample_ratio"
        case ran, holds, obstacles, evidence, transition
    }

    /// Whether it says something else than an earlier one: in a verdict, not only in a number.
    func differs(from earlier: Self) -> Bool {
        self.transition != nil || self.holds != earlier.holds || self.obstacles != earlier.obstacles
            || self.evidence != earlier.evidence || self.hasOtherVerdicts(than: earlier)
            || !self.health.elementsEqual(earlier.health) { $0.metric == $1.metric && $0.state == $1.state }
    }

    /// Whether a rule says something else.
    func hasOtherVerdicts(than earlier: Self) -> Bool { !Self.areAlike(self.rules, earlier.rules) }

    /// Whether rules say the same, whatever their numbers.
    static func areAlike(_ one: [RuleRecord], _ other: [RuleRecord]) -> Bool {
        one.elementsEqual(other) { $0.metric == $1.metric && $0.rule == $1.rule && $0.verdict == $1.verdict }
    }
}
