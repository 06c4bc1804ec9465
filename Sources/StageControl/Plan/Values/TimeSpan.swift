/// How long something takes or lasts: a whole number of milliseconds from 0 to a hundred years.
///
/// A plan writes it as a number and a unit: `1.2s`, `10m`, `24h`, `3d`. A day is 24 hours of elapsed time, whatever a
/// calendar does. Equal spans have one text form, which is the largest unit that divides them: `24h` is `1d`.
public struct TimeSpan: Hashable, Comparable, Sendable {
    /// The longest span: 36,525 days.
    public static let longest = TimeSpan(milliseconds: 36_525 * Unit.day.milliseconds)

    /// No time at all.
    public static let zero = TimeSpan(milliseconds: 0)

    /// The units that a plan may write, the largest first.
    public enum Unit: String, CaseIterable, Hashable, Sendable {
        case week = "w"
        case day = "d"
        case hour = "h"
        case minute = "m"
        case second = "s"
        case millisecond = "ms"

        /// Its length.
        public var milliseconds: Int64 {
            switch self {
            case .week: 604_800_000
            case .day: 86_400_000
            case .hour: 3_600_000
            case .minute: 60_000
            case .second: 1_000
            case .millisecond: 1
            }
        }
    }

    /// The span in milliseconds.
    public let milliseconds: Int64

    /// A span of so many milliseconds. A negative number is ``zero``, one beyond ``longest`` is that.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(0, milliseconds), 36_525 * Unit.day.milliseconds)
    }

    /// So many seconds, minutes, hours or days.
    public init(_ count: Int, _ unit: Unit) {
        let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit.milliseconds)
        self.init(milliseconds: overflow ? .max : product)
    }

    /// The span in days, with a fraction.
    public var days: Double { Double(self.milliseconds) / Double(Unit.day.milliseconds) }

    /// Orders by length.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }
}

extension TimeSpan: CustomStringConvertible, LosslessStringConvertible {
    /// Why a text is not a span.
    public enum Fault: Error, Hashable, Sendable {
        /// It does not begin with a decimal number without a sign.
        case noNumber
        /// What follows the number is not one of ``Unit``.
        case unknownUnit(String)
        /// It is not a whole number of milliseconds.
        case tooFine
        /// It is beyond ``TimeSpan/longest``.
        case tooLong
    }

    /// The text form: whole days, hours, minutes or seconds; if there are none, seconds with a fraction.
    public var description: String {
        let units: [Unit] = [.day, .hour, .minute, .second]
        guard self.milliseconds > 0 else { return "0s" }
        if let unit = units.first(where: { self.milliseconds.isMultiple(of: $0.milliseconds) }) {
            return "\(self.milliseconds / unit.milliseconds)\(unit.rawValue)"
        }
        var thousandths = String(self.milliseconds % 1_000 + 1_000).dropFirst()
        while thousandths.last == "0" { thousandths.removeLast() }
        return "\(self.milliseconds / 1_000).\(thousandths)s"
    }

    /// Reads a number and a unit; nil for anything else.
    public init?(_ description: String) {
        guard let span = try? TimeSpan(reading: description) else { return nil }
        self = span
    }

    /// Reads a number and a unit, such as `1.5h`.
    public init(reading text: String) throws(Fault) {
        let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let parts = number.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { throw .noNumber }
        let name = String(text[number.endIndex...])
        guard let unit = Unit(rawValue: name) else { throw .unknownUnit(name) }
        // Exact in 128 bits: at most 12 digits before the point and 9 behind it, times a week.
        let (whole, fraction) = (parts[0].drop { $0 == "0" }, parts.count == 2 ? parts[1] : "")
        guard whole.count <= 12 else { throw .tooLong }
        guard fraction.count <= 9 else { throw .tooFine }
        guard let digits = Int128(String(whole + fraction).isEmpty ? "0" : String(whole + fraction)) else {
            throw .noNumber
        }
        let scale = (0..<fraction.count).reduce(into: Int128(1)) { scale, _ in scale *= 10 }
        let (milliseconds, remainder) = (digits * Int128(unit.milliseconds)).quotientAndRemainder(dividingBy: scale)
        guard remainder == 0 else { throw .tooFine }
        guard milliseconds <= Int128(Self.longest.milliseconds) else { throw .tooLong }
        self.init(milliseconds: Int64(milliseconds))
    }
}
