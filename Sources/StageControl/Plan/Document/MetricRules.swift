/// What follows from a metric. Each rule is a test that may be looked at at any moment.
public struct MetricRules: Hashable, Sendable {
    /// What must be shown before a stage may end; nil asks for nothing.
    public let advance: AdvanceRule?
    /// What closes.
    public let rollback: RollbackRule?
    /// What keeps everything as it is.
    public let hold: HoldRule?
    /// What a single event does, without statistics.
    public let tripwire: Tripwire?

    /// Rules; none is asked for.
    public init(
        advance: AdvanceRule? = nil, rollback: RollbackRule? = nil, hold: HoldRule? = nil, tripwire: Tripwire? = nil
    ) {
        self.advance = advance
        self.rollback = rollback
        self.hold = hold
        self.tripwire = tripwire
    }

    /// The rules that spend the budget of false rollbacks, with their shares and names.
    var weights: [(rule: String, weight: Double)] {
        [("rollback", self.rollback?.weight), ("hold", self.hold?.weight)].compactMap { rule, weight in
            weight.map { (rule, $0) }
        }
    }
}

/// What a ratio is taken to.
public enum Comparison: String, CaseIterable, Hashable, Sendable {
    /// The plan's baseline, serving at the same time.
    case baseline
}

/// A test that shows that a rate is low enough.
public struct AdvanceRule: Hashable, Sendable {
    /// What is shown.
    public enum Test: String, CaseIterable, Hashable, Sendable {
        /// The rate is below the bound.
        case below
        /// The rate, divided by the baseline's, is below the bound.
        case ratioBelow

        /// Whether it compares with another version.
        public var isRatio: Bool { self == .ratioBelow }
    }

    /// What is shown.
    public let test: Test
    /// What a ratio is taken to; nil for a test that is none.
    public let versus: Comparison?
    /// The bound.
    public let bound: Double

    /// A rule with all its fields. A ratio is to the baseline if nothing else is said.
    public init(test: Test, versus: Comparison? = nil, bound: Double) {
        self.test = test
        self.versus = versus ?? (test.isRatio ? .baseline : nil)
        self.bound = bound
    }
}

/// What a test for harm shows.
public enum HarmTest: String, CaseIterable, Hashable, Sendable {
    /// The rate is above the bound.
    case above
    /// The rate, divided by the baseline's, is above the bound.
    case ratioAbove

    /// Whether it compares with another version.
    public var isRatio: Bool { self == .ratioAbove }

    /// The test that shows the opposite.
    public var opposite: AdvanceRule.Test { self.isRatio ? .ratioBelow : .below }
}

/// A test that shows that a rate is too high, and closes.
public struct RollbackRule: Hashable, Sendable {
    /// What is shown.
    public let test: HarmTest
    /// What a ratio is taken to; nil for a test that is none.
    public let versus: Comparison?
    /// The bound.
    public let bound: Double
    /// The rule's share of the budget of false rollbacks. The linter asks for more than 0, and for at most 1 in all.
    public let weight: Double
    /// What is done; never only a hold.
    public let action: Reaction

    /// A rule with all its fields. A ratio is to the baseline if nothing else is said.
    public init(
        test: HarmTest, versus: Comparison? = nil, bound: Double, weight: Double, action: Reaction = .rollback
    ) {
        self.test = test
        self.versus = versus ?? (test.isRatio ? .baseline : nil)
        self.bound = bound
        self.weight = weight
        self.action = action
    }
}

/// A test that shows that a rate is too high, and keeps everything as it is.
public struct HoldRule: Hashable, Sendable {
    /// What is shown.
    public let test: HarmTest
    /// What a ratio is taken to; nil for a test that is none.
    public let versus: Comparison?
    /// The bound.
    public let bound: Double
    /// The rule's share of the budget of false rollbacks. The linter asks for more than 0, and for at most 1 in all.
    public let weight: Double

    /// A rule with all its fields. A ratio is to the baseline if nothing else is said.
    public init(test: HarmTest, versus: Comparison? = nil, bound: Double, weight: Double) {
        self.test = test
        self.versus = versus ?? (test.isRatio ? .baseline : nil)
        self.bound = bound
        self.weight = weight
    }
}

/// What a number of events does, counted since the stage began. For what is too bad to wait for statistics.
public struct Tripwire: Hashable, Sendable {
    /// Which events count; nil is all of the metric's.
    public let `where`: EventFilter?
    /// The number that trips it, at least 1.
    public let count: Int
    /// What is done.
    public let action: Reaction

    /// A tripwire with all its fields.
    public init(where: EventFilter? = nil, count: Int = 1, action: Reaction = .halt) {
        self.where = `where`
        self.count = count
        self.action = action
    }
}

extension MetricRules {
    static let form = Form<Self>.object(
        Self.init,
        Field("advance", \.advance, optional: AdvanceRule.form, opens: .bound(.lowered)),
        Field("rollback", \.rollback, optional: RollbackRule.form, opens: .bound(.lowered)),
        Field("hold", \.hold, optional: HoldRule.form, opens: .bound(.lowered)),
        Field("tripwire", \.tripwire, optional: Tripwire.form, opens: .bound(.lowered)))
}

extension AdvanceRule {
    static let form = Form<Self>.object(
        Self.init,
        Field("test", \.test, .word()),
        Field("versus", \.versus, optional: .word()),
        Field("bound", \.bound, .amount, opens: .bound(.raised))
    ).checked { rule, reading in reading.refuseComparison(rule.versus, isRatio: rule.test.isRatio) }
}

extension RollbackRule {
    static let form = Form<Self>.object(
        Self.init,
        Field("test", \.test, .word()),
        Field("versus", \.versus, optional: .word()),
        Field("bound", \.bound, .amount, opens: .bound(.raised)),
        Field("weight", \.weight, .amount, opens: .bound(.lowered)),
        Field(
            "action", \.action, .word(of: [.stepBack, .rollback, .halt]), default: .rollback, opens: .bound(.lowered))
    ).checked { rule, reading in reading.refuseComparison(rule.versus, isRatio: rule.test.isRatio) }
}

extension HoldRule {
    static let form = Form<Self>.object(
        Self.init,
        Field("test", \.test, .word()),
        Field("versus", \.versus, optional: .word()),
        Field("bound", \.bound, .amount, opens: .bound(.raised)),
        Field("weight", \.weight, .amount, opens: .bound(.lowered))
    ).checked { rule, reading in reading.refuseComparison(rule.versus, isRatio: rule.test.isRatio) }
}

extension Tripwire {
    static let form = Form<Self>.object(
        Self.init,
        Field("where", \.where, optional: .text(EventFilter.rule)),
        Field("count", \.count, .count(1...PlanLimits.count), default: 1, opens: .bound(.raised)),
        Field("action", \.action, .word(), default: .halt, opens: .bound(.lowered)))
}

extension Reading {
    fileprivate mutating func refuseComparison(_ versus: Comparison?, isRatio: Bool) {
        guard let versus, !isRatio else { return }
        self.note(
            .contradiction, "is \(versus.rawValue), but the test is no ratio; take it out or test a ratio", of: "versus"
        )
    }
}
