import Store
import Telemetry

/// Days as ISO 8601 writes them, `2027-01-31`, in the proleptic Gregorian calendar.
enum CalendarDay {
    /// The day's text.
    static func text(_ day: Day) -> String {
        String(RFC3339.string(milliseconds: Int64(day.number) * 86_400_000).prefix(10))
    }

    /// The day of a text; nil for what is no date.
    static func day(_ text: String) -> Day? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2] else { return nil }
        let numbers = parts.compactMap { part in part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil }
        guard numbers.count == 3 else { return nil }
        let (year, month, date) = (numbers[0], numbers[1], numbers[2])
        // Counted from 1 March, so that the leap day is the last of its year.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
        let number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        // What is no date, as 2027-02-30, comes back as another one.
        return Self.text(Day(number: number)) == text ? Day(number: number) : nil
    }
}
