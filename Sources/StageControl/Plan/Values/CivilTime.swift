/// A day of the week, as a change window names it; from Monday on, as ISO 8601 counts.
public enum DayOfWeek: String, Ranked {
    case monday = "Mon"
    case tuesday = "Tue"
    case wednesday = "Wed"
    case thursday = "Thu"
    case friday = "Fri"
    case saturday = "Sat"
    case sunday = "Sun"
}

/// A time on a wall clock, to the minute, written `09:30`; `24:00` is the end of the day.
public struct ClockTime: Hashable, Comparable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// Minutes since midnight, from 0 to 1,440.
    public let minutes: Int

    /// So many minutes after midnight; what is outside a day becomes the nearer end.
    public init(minutes: Int) { self.minutes = min(max(0, minutes), 1_440) }

    /// Two digits, a colon, two digits.
    public var description: String {
        let digits = [self.minutes / 600, self.minutes / 60 % 10, self.minutes % 60 / 10, self.minutes % 10]
        return "\(digits[0])\(digits[1]):\(digits[2])\(digits[3])"
    }

    /// Reads two digits, a colon, two digits; nil for anything else and for what no clock shows.
    public init?(_ description: String) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60, hours * 60 + minutes <= 1_440
        else { return nil }
        self.minutes = hours * 60 + minutes
    }

    /// Orders from midnight to midnight.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.minutes < rhs.minutes }
}

/// The name of a time zone in the IANA database, such as `Europe/Berlin`.
///
/// A rule has no database: the form and the area are checked here, the existence where a window is evaluated.
public struct TimeZoneName: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// Coordinated universal time.
    public static let utc = TimeZoneName(known: "UTC")

    /// The areas of the database that places are filed under.
    public static let areas: Set<String> = [
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Etc", "Europe", "Indian",
        "Pacific",
    ]

    /// The name as it is written.
    public let description: String

    private init(known: String) { self.description = known }

    /// `UTC`, or an area and one or two names behind it; nil for anything else, abbreviations such as `CET` included.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        let isPlace =
            (2...3).contains(parts.count) && Self.areas.contains(String(parts[0]))
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
            }
        guard description == "UTC" || isPlace else { return nil }
        self.description = description
    }
}
