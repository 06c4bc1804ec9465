public import ReleaseModel
public import StageControl

/// What a rehearsal supposes of a world that nobody knows: how much use there will be, and how harmful the
/// candidate is.
///
/// Names are those that somebody wrote; ``Rehearsal/init(_:_:)`` says which of them the plan does not have.
public struct Suppositions: Hashable, Sendable {
    /// A number for a metric, in all stages or in one.
    public struct Figure: Hashable, Sendable {
        /// The metric, as somebody wrote it.
        public var metric: String
        /// The stage, as somebody wrote it; nil is every stage.
        public var stage: String?
        /// The number.
        public var value: Double

        /// A number for a metric.
        public init(_ metric: String, stage: String? = nil, _ value: Double) {
            (self.metric, self.stage, self.value) = (metric, stage, value)
        }
    }

    /// How much use there is a day. It goes before what the plan expects, and a stage's own number before one for all.
    public struct Use: Hashable, Sendable {
        /// What is counted.
        public var unit: ExposureUnit
        /// The stage, as somebody wrote it; nil is what there would be if a stage were open to everybody in its
        /// cohorts, of which each stage has its weight.
        public var stage: String?
        /// How much.
        public var perDay: Double

        /// So much use.
        public init(_ unit: ExposureUnit = .requests, stage: String? = nil, perDay: Double) {
            (self.unit, self.stage, self.perDay) = (unit, stage, perDay)
        }
    }

    /// How much use there is, where the plan does not say it or somebody expects other use.
    public var traffic: [Use] = []
    /// The candidate's true rates, each of what its metric counts and in its unit, from 0 to 1. Where nothing is said,
    /// ``Rehearsal/usualShare`` of the metric's bound, or ``Rehearsal/usualRate`` for one that is only compared.
    public var trueRates: [Figure] = []
    /// The baseline's true rates; without a stage. Where nothing is said, the candidate's usual one.
    public var baselineRates: [Figure] = []
    /// The shares of a metric's events that its tripwire counts, from 0 to 1. Where nothing is said, all if the
    /// tripwire has no condition and none if it has one, which ``RehearsalReport/suppositions`` says.
    public var tripwireShares: [Figure] = []
    /// The shares of events that the monitors of metrics with a detection see, from 0 to 1; where nothing is said 0.95.
    public var recalls: [Figure] = []
    /// Events that one account brings about together, on average; at least 1.
    public var clustering = 1.0
    /// By how much reports are later than the plan says; more than 0.
    public var delayFactor = 1.0
    /// How long after everything else allows it people sign.
    public var approvalDelay = TimeSpan.zero
    /// How far the zones of change windows are from UTC all the time; one that is not named is not away from it.
    public var zones: [ZoneOffset] = []
    /// When the plan is before those who approve; by default Monday, 2026-01-05, at midnight in UTC.
    public var start = Timestamp(milliseconds: 1_767_571_200_000)
    /// For how long a run is followed at the most.
    public var horizon = TimeSpan(730, .day)

    /// What is supposed where nobody says anything.
    public init() {}
}
