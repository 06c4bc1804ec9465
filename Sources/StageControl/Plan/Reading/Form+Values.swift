import ReleaseModel
import StrictJSON

extension Form {
    /// A single value: what it is made from, and how it is written.
    static func value(
        _ expected: String, _ scale: Shape.Scale = .unordered,
        read: @escaping @Sendable (JSONValue, inout Reading) -> Value?,
        write: @escaping @Sendable (Value) -> JSONValue
    ) -> Form {
        Form(
            expected: expected, shape: .value(scale),
            read: { json, reading in read(json, &reading) }, write: write)
    }

    /// A text with a form of its own.
    static func text(
        _ expected: String, _ parse: @escaping @Sendable (String) -> Value?,
        _ text: @escaping @Sendable (Value) -> String
    ) -> Form {
        .value(expected) { json, reading in
            guard let found = json.stringValue else {
                reading.note(.wrongType, "is \(json.kindInWords); expected \(expected)")
                return nil
            }
            guard let value = parse(found) else {
                reading.note(.malformedText, "is '\(found)'; expected \(expected)")
                return nil
            }
            return value
        } write: {
            .string(text($0))
        }
    }

    /// A text that its type reads back from its own description.
    static func text(_ expected: String) -> Form where Value: LosslessStringConvertible {
        .text(expected, { Value($0) }, { $0.description })
    }

    /// One word of a closed vocabulary, or of a part of it.
    static func word(of words: [Value]) -> Form where Value: RawRepresentable<String> & Equatable {
        .word(of: words, .unordered)
    }

    /// One word of a closed vocabulary that goes from least to most.
    static func word(of words: [Value]) -> Form where Value: RawRepresentable<String> & Ranked {
        .word(of: words, .words(Value.allCases.map(\.rawValue)))
    }

    /// One word of a closed vocabulary.
    static func word() -> Form where Value: RawRepresentable<String> & Equatable & CaseIterable {
        .word(of: Array(Value.allCases))
    }

    /// One word of a closed vocabulary that goes from least to most.
    static func word() -> Form where Value: RawRepresentable<String> & Ranked {
        .word(of: Array(Value.allCases))
    }

    private static func word(of words: [Value], _ scale: Shape.Scale) -> Form
    where Value: RawRepresentable<String> & Equatable {
        let known = words.map(\.rawValue)
        let expected = known.count == 1 ? known[0] : "one of \(known.joined(separator: ", "))"
        return .value(expected, scale) { json, reading in
            guard let found = json.stringValue else {
                reading.note(.wrongType, "is \(json.kindInWords); expected \(expected)")
                return nil
            }
            guard let value = Value(rawValue: found), words.contains(value) else {
                let hint = Spelling.nearest(to: found, among: known).map { "; did you mean \($0)?" } ?? ""
                reading.note(.unknownValue, "is '\(found)'; expected \(expected)\(hint)")
                return nil
            }
            return value
        } write: {
            .string($0.rawValue)
        }
    }
}

extension Form where Value == Name {
    /// A name.
    static let name = Form.text("a name: \(Name.rule)", { Name($0) }, { $0.text })
}

extension Form where Value == String {
    /// Words for people.
    static let words = Form.text(
        "a text of 1 to \(PlanLimits.textLength) characters",
        { (1...PlanLimits.textLength).contains($0.count) ? $0 : nil }, { $0 })
}

extension Form where Value == Bool {
    /// True or false.
    static let flag = Form.value("true or false") { json, reading in
        if let flag = json.boolValue { return flag }
        reading.note(.wrongType, "is \(json.kindInWords); expected true or false")
        return nil
    } write: {
        .bool($0)
    }
}

extension Form where Value == Int {
    /// A whole number.
    static func count(_ range: ClosedRange<Int> = 0...PlanLimits.count) -> Form {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return .value(expected, .number) { json, reading in
            guard let number = json.doubleValue else {
                reading.note(.wrongType, "is \(json.kindInWords); expected \(expected)")
                return nil
            }
            guard let count = json.integerValue.flatMap({ Int(exactly: $0) }), range.contains(count) else {
                reading.note(.outOfRange, "is \(JSONValue.number(number).canonicalText); expected \(expected)")
                return nil
            }
            return count
        } write: {
            .integer(Int64($0))
        }
    }
}

extension Form where Value == Double {
    /// A rate, a share or an expected count: zero or more. What is sensible beyond that, the linter says.
    static let amount = Form.value("a number of zero or more", .number) { json, reading in
        guard let number = json.doubleValue else {
            reading.note(.wrongType, "is \(json.kindInWords); expected a number of zero or more")
            return nil
        }
        guard (0...PlanLimits.amount).contains(number) else {
            reading.note(.outOfRange, "is \(json.canonicalText); expected a number from 0 to 1e15")
            return nil
        }
        return number
    } write: {
        .number($0)
    }
}

extension Form where Value == Share {
    /// A share in percent.
    static let percent = Form.value("percent from 0 to 100 with at most four decimals", .number) { json, reading in
        let expected = "percent from 0 to 100 with at most four decimals"
        guard let number = json.doubleValue else {
            reading.note(.wrongType, "is \(json.kindInWords); expected \(expected)")
            return nil
        }
        guard let weight = Share(percent: number) else {
            reading.note(.outOfRange, "is \(json.canonicalText); expected \(expected)")
            return nil
        }
        return weight
    } write: {
        .number($0.percent)
    }
}

extension Form where Value == TimeSpan {
    /// A span of time.
    static let timeSpan = Form.value("a span of time such as 30s, 10m or 3d", .timeSpan) { json, reading in
        let expected = "a number and a unit (\(TimeSpan.Unit.allCases.map(\.rawValue).joined(separator: ", ")))"
        guard let text = json.stringValue else {
            let hint = json.doubleValue == nil ? "" : "; write its unit, such as \(json.canonicalText)s"
            reading.note(.wrongType, "is \(json.kindInWords); expected \(expected)\(hint)")
            return nil
        }
        do throws(TimeSpan.Fault) {
            return try TimeSpan(reading: text)
        } catch {
            switch error {
            case .noNumber: reading.note(.malformedText, "is '\(text)'; expected \(expected), such as 3d")
            case .unknownUnit(let unit):
                reading.note(.unknownUnit, "is '\(text)', and '\(unit)' is no unit; expected \(expected), such as 3d")
            case .tooFine: reading.note(.outOfRange, "is '\(text)'; a millisecond is the finest")
            case .tooLong: reading.note(.outOfRange, "is '\(text)'; \(TimeSpan.longest) is the longest")
            }
            return nil
        }
    } write: {
        .string($0.description)
    }
}
