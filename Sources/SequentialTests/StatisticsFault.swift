/// Why numbers are no input of a test, a bound or a budget.
///
/// Each case names the field, says what was expected, and its description says what to do. Nothing in this room turns
/// an impossible number into a possible one in silence.
public enum StatisticsFault: Error, Hashable, Sendable {
    /// A number that must lie strictly between 0 and 1.
    case notAFraction(field: String, value: Double)
    /// A number that must be finite and above zero.
    case notPositive(field: String, value: Double)
    /// A number that must be finite and at least zero.
    case negative(field: String, value: Double)
    /// A number that lies outside the range that is named.
    case outOfRange(field: String, value: Double, expected: String)
    /// More events than trials.
    case moreEventsThanTrials(events: Int, trials: Int)
    /// Two lists that belong together have different lengths.
    case lengthsDiffer(field: String, count: Int, expected: Int)
    /// A list is empty that must not be.
    case empty(field: String)
    /// Numbers that must rise do not; the index of the first that is too small.
    case notRising(field: String, index: Int)
    /// Shares do not add up to what they must.
    case wrongSum(field: String, sum: Double, expected: String)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .notAFraction: "not_a_fraction"
        case .notPositive: "not_positive"
        case .negative: "negative"
        case .outOfRange: "out_of_range"
        case .moreEventsThanTrials: "more_events_than_trials"
        case .lengthsDiffer: "lengths_differ"
        case .empty: "empty"
        case .notRising: "not_rising"
        case .wrongSum: "wrong_sum"
        }
    }
}

extension StatisticsFault: CustomStringConvertible {
    /// What is wrong and what to do, for a person.
    public var description: String {
        switch self {
        case .notAFraction(let field, let value):
            "\(field) is \(value); give a number above 0 and below 1."
        case .notPositive(let field, let value):
            "\(field) is \(value); give a finite number above 0."
        case .negative(let field, let value):
            "\(field) is \(value); give a finite number that is not below 0."
        case .outOfRange(let field, let value, let expected):
            "\(field) is \(value); give \(expected)."
        case .moreEventsThanTrials(let events, let trials):
            "events is \(events) and trials is \(trials); count each event within one of the trials."
        case .lengthsDiffer(let field, let count, let expected):
            "\(field) has \(count) numbers; give \(expected), one for each."
        case .empty(let field):
            "\(field) is empty; give at least one."
        case .notRising(let field, let index):
            "\(field) falls or stands still at index \(index); give numbers that rise."
        case .wrongSum(let field, let sum, let expected):
            "\(field) add up to \(sum); make the sum \(expected)."
        }
    }
}

extension Double {
    /// Throws unless the number lies strictly between 0 and 1.
    @inline(__always)
    func requireFraction(_ field: StaticString) throws(StatisticsFault) {
        guard self > 0, self < 1 else { throw .notAFraction(field: "\(field)", value: self) }
    }

    /// Throws unless the number is finite and above zero.
    @inline(__always)
    func requirePositive(_ field: StaticString) throws(StatisticsFault) {
        guard self > 0, self.isFinite else { throw .notPositive(field: "\(field)", value: self) }
    }

    /// Throws unless the number is finite and at least zero.
    @inline(__always)
    func requireNotNegative(_ field: StaticString) throws(StatisticsFault) {
        guard self >= 0, self.isFinite else { throw .negative(field: "\(field)", value: self) }
    }
}

extension Double {
    /// Throws for what is not a number.
    func requireNumber(_ field: StaticString) throws(StatisticsFault) {
        guard !self.isNaN else { throw .outOfRange(field: "\(field)", value: self, expected: "a number") }
    }
}

extension Int {
    /// Throws if the count is below zero.
    @inline(__always)
    func requireNotNegative(_ field: StaticString) throws(StatisticsFault) {
        guard self >= 0 else { throw .negative(field: "\(field)", value: Double(self)) }
    }

    /// Throws unless these events lie within so many trials.
    @inline(__always)
    func requireEvents(within trials: Int) throws(StatisticsFault) {
        try self.requireNotNegative("events")
        guard self <= trials else { throw .moreEventsThanTrials(events: self, trials: trials) }
    }
}
