public import StageControl

/// What came of one run.
public struct RehearsalRun: Hashable, Sendable {
    /// How a run ends. What people decide after that is not the plan's, and is not supposed.
    public enum End: Hashable, Sendable {
        /// The plan was carried out to its end.
        case completed
        /// The machine went back. `rule` is nil where it did because nothing was known.
        case rolledBack(metric: Int, rule: RuleKind?)
        /// Everything stays as it is until people decide.
        case held(HoldCause)
        /// Nothing of this came before the horizon.
        case unfinished
    }

    /// How it ended.
    public internal(set) var end = End.unfinished
    /// When it ended, in milliseconds since the first stage opened.
    public internal(set) var ended: Int64 = 0
    /// The stage in which it ended, as a place in the plan; nil if none ever opened.
    public internal(set) var stage: Int?
    /// When each stage opened, in milliseconds since the first did; as many as opened.
    public internal(set) var opened: [Int64] = []
    /// The requests of each stage that opened.
    public internal(set) var requests: [Int] = []
    /// The exposure of each stage that opened, by metric in the plan's order, in the metric's unit.
    public internal(set) var exposure: [[Int]] = []
    /// How often the rules were asked.
    public internal(set) var looks = 0
}
