import ArgumentParser
import ReleaseModel
import Telemetry

/// Moments as people write and read them: RFC 3339.
enum Moment {
    /// What a moment has to look like, for messages.
    static let rule = "a moment such as 2027-01-31, 2027-01-31T12:00:00Z or 2027-01-31T14:00:00+02:00"

    /// The moment as text, in UTC; whole seconds are written without a fraction.
    static func text(_ moment: Timestamp) -> String {
        let text = RFC3339.string(milliseconds: moment.milliseconds)
        return text.hasSuffix(".000Z") ? text.dropLast(5) + "Z" : text
    }

    /// The moment that an option says; a day alone is its beginning in UTC.
    static func option(_ text: String) throws -> Timestamp {
        guard let moment = Self.parse(text) else { throw ValidationError("'\(text)' is not \(Self.rule)") }
        return moment
    }

    /// Reads a date or a date-time of RFC 3339 §5.6; nil for anything else.
    static func parse(_ text: String) -> Timestamp? {
        var rest = Array(text.utf8)[...]
        guard let year = Self.digits(4, &rest), Self.take("-", &rest), let month = Self.digits(2, &rest),
            Self.take("-", &rest), let day = Self.digits(2, &rest), let days = Self.days(year, month, day)
        else { return nil }
        guard !rest.isEmpty else { return Timestamp(milliseconds: days * 86_400_000) }
        guard Self.take("T", &rest) || Self.take("t", &rest) || Self.take(" ", &rest),
            let hour = Self.digits(2, &rest), Self.take(":", &rest), let minute = Self.digits(2, &rest),
            Self.take(":", &rest), let second = Self.digits(2, &rest), hour < 24, minute < 60, second < 60
        else { return nil }
        var milliseconds = days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1_000
        if Self.take(".", &rest) {
            let fraction = rest.prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
            for (place, digit) in fraction.prefix(3).enumerated() {
                milliseconds += Int64(digit - 0x30) * [100, 10, 1][place]
            }
        }
        guard let offset = Self.offset(&rest), rest.isEmpty else { return nil }
        return Timestamp(milliseconds: milliseconds - offset)
    }

    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if Self.take("Z", &rest) || Self.take("z", &rest) { return 0 }
        let isAhead = Self.take("+", &rest)
        guard isAhead || Self.take("-", &rest), let hour = Self.digits(2, &rest), Self.take(":", &rest),
            let minute = Self.digits(2, &rest), hour < 24, minute < 60
        else { return nil }
        return (isAhead ? 1 : -1) * (hour * 3_600_000 + minute * 60_000)
    }

    private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard rest.count >= count, rest.prefix(count).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func take(_ letter: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: letter) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Days since 1970-01-01 of a day of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1] else { return nil }
        // The year is counted from March; 400 years are added, since the year 0 begins before it.
        let shifted = year + 400 - (month <= 2 ? 1 : 0)
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era - 1) * 146_097 + dayOfEra - 719_468
    }
}
