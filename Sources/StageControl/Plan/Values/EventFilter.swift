public import ReleaseModel

/// Which events a tripwire counts, written `severity == 'critical' && category == 'cbrn'`.
public struct EventFilter: Hashable, Sendable {
    /// One condition; an event must meet all of a filter.
    public enum Condition: Hashable, Sendable {
        /// `severity == 'critical'`
        case severityIs(Severity)
        /// `severity >= 'high'`
        case severityAtLeast(Severity)
        /// `category == 'cbrn'`
        case categoryIs(Name)
    }

    /// The conditions, in the order in which they were written.
    public let conditions: [Condition]

    /// A filter of these conditions; of none, every event.
    public init(_ conditions: [Condition]) { self.conditions = conditions }

    /// Whether an event counts. What is not known of it is taken for the worst: unknown is not harmless.
    public func counts(severity: Severity?, category: Name?) -> Bool {
        self.conditions.allSatisfy { condition in
            switch condition {
            case .severityIs(let wanted): severity.map { $0 == wanted } ?? true
            case .severityAtLeast(let least): severity.map { $0 >= least } ?? true
            case .categoryIs(let wanted): category.map { $0 == wanted } ?? true
            }
        }
    }
}

extension EventFilter: CustomStringConvertible, LosslessStringConvertible {
    /// What a filter has to look like, for messages.
    public static let rule = """
        severity == 'critical', severity >= 'high' or category == 'name' (severities: \
        \(Severity.allCases.map(\.rawValue).joined(separator: ", "))), joined by &&
        """

    /// The text form, with single blanks.
    public var description: String {
        self.conditions.map { condition in
            switch condition {
            case .severityIs(let severity): "severity == '\(severity.rawValue)'"
            case .severityAtLeast(let severity): "severity >= '\(severity.rawValue)'"
            case .categoryIs(let category): "category == '\(category)'"
            }
        }.joined(separator: " && ")
    }

    /// Reads the text form, with any blanks; nil for anything else.
    public init?(_ description: String) {
        var conditions: [Condition] = []
        for text in description.split(separator: "&&", omittingEmptySubsequences: false) {
            guard let condition = Self.condition(text) else { return nil }
            conditions.append(condition)
        }
        self.init(conditions)
    }

    private static func condition(_ text: Substring) -> Condition? {
        for sign in ["==", ">="] {
            let sides = text.split(separator: sign, maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let (field, quoted) = (sides[0].withoutBlanks, sides[1].withoutBlanks)
            guard quoted.count > 2, quoted.first == "'", quoted.last == "'" else { return nil }
            let value = String(quoted.dropFirst().dropLast())
            switch (field, sign) {
            case ("severity", "=="): return Severity(rawValue: value).map { .severityIs($0) }
            case ("severity", ">="): return Severity(rawValue: value).map { .severityAtLeast($0) }
            case ("category", "=="): return Name(value).map { .categoryIs($0) }
            default: return nil
            }
        }
        return nil
    }
}

extension Substring {
    /// Without the blanks at both ends.
    fileprivate var withoutBlanks: Substring {
        var text = self.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
