public import ReleaseModel
import SequentialTests
public import StageControl

/// What a plan would probably do in a supposed world, for people and for programs.
///
/// Every probability comes from a number of runs and carries the interval of Clopper and Pearson at 95 % for it. The
/// interval is about the number of runs, not about whether the world is as supposed.
public struct RehearsalReport: Codable, Hashable, Sendable {
    /// A share of runs.
    public struct Proportion: Codable, Hashable, Sendable {
        /// Runs of which it is true.
        public var count: Int
        /// Runs.
        public var of: Int
        /// The lower end of the interval.
        public var lower: Double
        /// The upper end of the interval.
        public var upper: Double

        /// The share itself; 0 of no runs.
        public var share: Double { self.of > 0 ? Double(self.count) / Double(self.of) : 0 }

        init(_ count: Int, of runs: Int) {
            let interval = try? ClopperPearson.interval(events: count, trials: runs, errorRate: 0.05)
            (self.count, self.of) = (count, runs)
            (self.lower, self.upper) = (interval?.lower ?? 0, interval?.upper ?? 1)
        }
    }

    /// Three percentiles of a number of runs.
    public struct Percentiles: Codable, Hashable, Sendable {
        /// One run in ten has at most this.
        public var p10: Double
        /// Half of the runs have at most this.
        public var p50: Double
        /// Nine runs in ten have at most this.
        public var p90: Double

        /// Of values in any order, multiplied by a factor; nil of none.
        init?(_ values: [some BinaryInteger], times factor: Double = 1) {
            guard !values.isEmpty else { return nil }
            let sorted = values.sorted()
            func at(_ tenths: Int) -> Double { Double(sorted[(sorted.count - 1) * tenths / 10]) * factor }
            (self.p10, self.p50, self.p90) = (at(1), at(5), at(9))
        }
    }

    /// Harm to be expected of one kind.
    public struct Harm: Codable, Hashable, Sendable {
        /// The metric.
        public var metric: Name
        /// Events that happen, seen or not, on average over all runs.
        public var events: Double
    }

    /// One stage.
    public struct Stage: Codable, Hashable, Sendable {
        /// Its name.
        public var name: Name
        /// How probably it opens.
        public var reached: Proportion
        /// Days from the opening of the first stage to its own, of the runs that reach it; nil if none does.
        public var days: Percentiles?
        /// Requests that it has, of the runs that reach it; nil if none does.
        public var requests: Percentiles?
        /// Harm by the plan's safety metrics that it is to be expected to do, over all runs.
        public var harm: [Harm]
    }

    /// A way in which runs ended.
    public struct Ending: Codable, Hashable, Sendable {
        /// How.
        public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
            /// The plan was carried out.
            case completed
            /// The machine went back.
            case rolledBack = "rolled_back"
            /// It waits for people.
            case held
            /// It was not decided in the time for which runs are followed.
            case unfinished
        }

        /// How.
        public var kind: Kind
        /// In which stage; nil if none ever opened.
        public var stage: Name?
        /// The metric that brought a rollback about.
        public var metric: Name?
        /// The rule that did.
        public var rule: RuleKind?
        /// Why, as a sentence; nil where nothing needs to be said.
        public var reason: String?
        /// How many.
        public var runs: Proportion
    }

    /// The plan's name.
    public var plan: String
    /// The plan's digest.
    public var digest: ContentDigest
    /// The seed of all runs.
    public var seed: UInt64
    /// How many runs.
    public var runs: Int
    /// What was supposed, a sentence each.
    public var suppositions: [String]
    /// The stages in their order.
    public var stages: [Stage]
    /// How runs ended, the most frequent first.
    public var endings: [Ending]
    /// How probably the plan is carried out to its end.
    public var completes: Proportion
    /// Days to the plan's end, of the runs that come to it.
    public var daysToComplete: Percentiles?
    /// How probably the machine goes back.
    public var rollsBack: Proportion
    /// Hours from the opening of a stage until the machine goes back from it, of the runs in which it does.
    public var hoursToRollBack: Percentiles?
    /// How probably a stage is left that was to show a rate below a bound, if in this world one is not below; else nil.
    public var falseAdvance: Proportion?
    /// How probably a rule goes back for a rate that is not above its bound; nil if in this world all are above.
    public var falseRollback: Proportion?
    /// What would come of other true rates; empty if nobody asked.
    public var sensitivity: [Sensitivity]

    /// What would come of another true rate of one metric.
    public struct Sensitivity: Codable, Hashable, Sendable {
        /// The metric.
        public var metric: Name
        /// The rate, as it is seen, over the metric's bound.
        public var multiple: Double
        /// The true rate.
        public var rate: Double
        /// How probably the plan is carried out to its end.
        public var completes: Proportion
        /// How probably the machine goes back.
        public var rollsBack: Proportion
        /// How probably a stage is left that was to show a rate below a bound which is not; nil if all are below.
        public var falseAdvance: Proportion?
        /// Events of the metric to be expected in a run.
        public var harm: Double
    }

    enum CodingKeys: String, CodingKey {
        case plan, digest, seed, runs, suppositions, stages, endings, completes
        case daysToComplete = "days_to_complete"
        case rollsBack = "rolls_back"
        case hoursToRollBack = "hours_to_roll_back"
        case falseAdvance = "false_advance"
        case falseRollback = "false_rollback"
        case sensitivity
    }
}
