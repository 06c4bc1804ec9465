/// Times as RFC 3339 writes them, in UTC and whole seconds.
enum InternetTime {
    /// As in `2026-03-01T12:00:00Z`.
    static func text(unixSeconds: Int64) -> String {
        let days = (unixSeconds.quotientAndRemainder(dividingBy: 86_400), unixSeconds < 0)
        let isBorrowed = days.1 && days.0.remainder != 0
        let second = days.0.remainder + (isBorrowed ? 86_400 : 0)
        let date = Self.date(daysSince1970: days.0.quotient - (isBorrowed ? 1 : 0))
        let clock =
            "\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))"
        return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))T\(clock)Z"
    }

    /// The Gregorian date. Years are counted from March, so that the leap day comes last, in cycles of 400 years.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
