public import ReleaseModel
import StrictJSON

/// What a stage watches, and from how much use on it may say anything.
public struct Analysis: Hashable, Sendable {
    /// The metrics of which all rules hold: the stage ends only when each of their advance rules passes.
    public let metrics: [Name]
    /// The metrics that can only close: everything but their advance rule holds.
    public let guards: [Name]
    /// Exposure of each of ``metrics`` below which nothing advances.
    public let minExposure: Int
    /// How long after the stage opens counting begins. Tripwires count from the first moment.
    public let initialDelay: TimeSpan

    /// An analysis with all its fields.
    public init(
        metrics: [Name] = [], guards: [Name] = [], minExposure: Int = 0, initialDelay: TimeSpan = .zero
    ) {
        self.metrics = metrics
        self.guards = guards
        self.minExposure = minExposure
        self.initialDelay = initialDelay
    }

    /// Every metric that is watched, each once.
    public var watched: [Name] { self.metrics + self.guards.filter { !self.metrics.contains($0) } }
}

/// What becomes of the evidence of the stage before.
public struct StageEvidence: Hashable, Sendable {
    /// Whether evidence is carried over.
    public enum CarryOver: Hashable, Sendable {
        /// It begins anew, with a share of the error budget of its own. So it must, for another cohort: who was chosen
        /// tells little about who was not.
        case nothing
        /// It goes on: the stage has the cohorts of the stage before. No further share is spent.
        case sameCohort
    }

    /// Whether evidence is carried over.
    public let carryOver: CarryOver

    /// A rule for evidence.
    public init(carryOver: CarryOver = .nothing) { self.carryOver = carryOver }
}

/// Parts of the public of which a stage must see enough before it may end.
public struct Stratum: Hashable, Sendable {
    /// What the parts are parts by.
    public enum Dimension: String, CaseIterable, Hashable, Sendable {
        case region, language, use, organisation
    }

    /// What the parts are parts by.
    public let dimension: Dimension
    /// The header in which an application says which part a request is from; nil leaves it to what people decided of
    /// the application, its key and its grant.
    public let header: HeaderName?
    /// How much exposure each part must have had at least.
    public let quotas: [Name: Int]

    /// The part in which everything is that is in no other one, if a plan asks for it.
    public static let other = "other"

    /// A stratum with all its fields.
    public init(dimension: Dimension, header: HeaderName? = nil, quotas: [Name: Int]) {
        self.dimension = dimension
        self.header = header
        self.quotas = quotas
    }
}

/// How long a stage lasts, in time that it really runs: what is paused or held does not count.
public struct Bake: Hashable, Sendable {
    /// Of which part of the calendar a stage must see the whole.
    public enum Cover: String, Ranked {
        /// The hours of a day.
        case fullDays
        /// The days of a week.
        case fullWeeks

        /// The least time that it takes.
        public var least: TimeSpan {
            switch self {
            case .fullDays: TimeSpan(1, .day)
            case .fullWeeks: TimeSpan(7, .day)
            }
        }
    }

    /// The least time.
    public let min: TimeSpan
    /// The time after which people are asked; nil is the plan's progress deadline. Nothing opens because it is over.
    public let max: TimeSpan?
    /// Which whole parts of the calendar, beyond ``min``; nil asks for none.
    public let cover: Cover?

    /// A duration with all its fields.
    public init(min: TimeSpan, max: TimeSpan? = nil, cover: Cover? = nil) {
        self.min = min
        self.max = max
        self.cover = cover
    }
}

/// How a release is watched after nothing more is opened. Every rollback rule stays armed.
public struct Watch: Hashable, Sendable {
    /// For how long.
    public let `for`: TimeSpan
    /// What looks for a change; nil leaves it to the rollback rules.
    public let drift: Drift?

    /// A watch with all its fields.
    public init(for time: TimeSpan, drift: Drift? = nil) {
        self.for = time
        self.drift = drift
    }

    /// A detector of change.
    public struct Drift: Hashable, Sendable {
        /// The mean exposure between two alarms if nothing changes. Within `n` exposures the probability of a false
        /// one is at most `n / arl`.
        public let arl: Double
        /// What exposure is counted in.
        public let unit: ExposureUnit

        /// A detector with all its fields.
        public init(arl: Double, unit: ExposureUnit = .requests) {
            self.arl = arl
            self.unit = unit
        }
    }
}

extension Analysis {
    static let form = Form<Self>.object(
        Self.init,
        Field("metrics", \.metrics, .list(of: .name), default: [], opens: .bound(.lowered)),
        Field("guards", \.guards, .list(of: .name), default: [], opens: .bound(.lowered)),
        Field("minExposure", \.minExposure, .count(), default: 0, opens: .bound(.lowered)),
        Field("initialDelay", \.initialDelay, .timeSpan, default: .zero, opens: .bound(.changed)))
}

extension StageEvidence {
    static let form = Form<Self>.object(
        Self.init, Field("carryOver", \.carryOver, .carryOver, default: .nothing))
}

extension Form where Value == StageEvidence.CarryOver {
    /// `false`, or the word `sameCohort`.
    fileprivate static let carryOver = Form.value("false or sameCohort") { json, reading in
        switch json {
        case .bool(false): return .nothing
        case .string("sameCohort"): return .sameCohort
        default:
            reading.note(.unknownValue, "is \(json.kindInWords); expected false or sameCohort")
            return nil
        }
    } write: { value in
        switch value {
        case .nothing: false
        case .sameCohort: "sameCohort"
        }
    }
}

extension Stratum {
    static let form = Form<Self>.object(
        Self.init,
        Field("dimension", \.dimension, .word()),
        Field("header", \.header, optional: .text(HeaderName.rule)),
        Field("quotas", \.quotas, .map(from: .name, to: .count()), opens: .bound(.lowered)))
}

extension Bake {
    static let form = Form<Self>.object(
        Self.init,
        Field("min", \.min, .timeSpan, opens: .bound(.lowered)),
        Field("max", \.max, optional: .timeSpan, opens: .neutral),
        Field("cover", \.cover, optional: .word(), opens: .bound(.lowered))
    ).checked { bake, reading in
        guard let max = bake.max, max < bake.min else { return }
        reading.note(.contradiction, "is \(max), less than min (\(bake.min)); expected at least that", of: "max")
    }
}

extension Watch {
    static let form = Form<Self>.object(
        { Self(for: $0, drift: $1) },
        Field("for", \.for, .timeSpan, opens: .bound(.lowered)),
        Field("drift", \.drift, optional: Drift.form, opens: .bound(.lowered)))
}

extension Watch.Drift {
    static let form = Form<Self>.object(
        Self.init,
        Field("arl", \.arl, .amount, opens: .bound(.raised)),
        Field("unit", \.unit, .word(), default: .requests))
}
