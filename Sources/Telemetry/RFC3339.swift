/// Dates as RFC 3339 writes them in UTC, with milliseconds: `2026-11-21T09:54:24.123Z`.
///
/// The calendar is the proleptic Gregorian one; days are converted as Howard Hinnant's *chrono-Compatible Low-Level
/// Date Algorithms* does (`civil_from_days`), with whole numbers and without tables. Leap seconds are not known to
/// POSIX time, so none is ever written.
public enum RFC3339 {
    /// Bytes of every date: RFC 3339 has years of four digits only.
    public static let length = 24

    /// The first moment that can be written, 0000-01-01T00:00:00.000Z, in milliseconds since 1970.
    public static let earliest: Int64 = -62_167_219_200_000

    /// The last moment that can be written, 9999-12-31T23:59:59.999Z, in milliseconds since 1970.
    public static let latest: Int64 = 253_402_300_799_999

    /// The date of a moment in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// A moment outside ``earliest`` to ``latest`` is written as the nearer of the two.
    public static func string(milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.length)
        self.append(milliseconds: milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the date of a moment at the end of `bytes`.
    public static func append(milliseconds: Int64, to bytes: inout [UInt8]) {
        let moment = min(max(milliseconds, self.earliest), self.latest)
        let (days, rest) = moment.flooredDivision(by: 86_400_000)
        let (year, month, day) = self.civil(days: days)
        bytes.append(digits: year, count: 4, then: UInt8(ascii: "-"))
        bytes.append(digits: month, count: 2, then: UInt8(ascii: "-"))
        bytes.append(digits: day, count: 2, then: UInt8(ascii: "T"))
        bytes.append(digits: rest / 3_600_000, count: 2, then: UInt8(ascii: ":"))
        bytes.append(digits: rest / 60_000 % 60, count: 2, then: UInt8(ascii: ":"))
        bytes.append(digits: rest / 1_000 % 60, count: 2, then: UInt8(ascii: "."))
        bytes.append(digits: rest % 1_000, count: 3, then: UInt8(ascii: "Z"))
    }

    /// The date of the day that is so many days after 1970-01-01.
    ///
    /// The year is counted from March, so that the leap day is its last, in eras of 400 years, which are all alike.
    static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    /// The quotient rounded down and the remainder, which is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    fileprivate mutating func append(digits value: Int64, count: Int, then separator: UInt8) {
        var divisor: Int64 = 1
        for _ in 1..<count { divisor *= 10 }
        while divisor > 0 {
            self.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
        self.append(separator)
    }
}
