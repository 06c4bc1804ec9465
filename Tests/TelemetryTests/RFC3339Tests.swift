import Foundation
import SluiceTesting
import Telemetry
import Testing

@Suite("A date in RFC 3339")
struct RFC3339Tests {
    @Test(
        "is right at the edges of the calendar",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1, "1970-01-01T00:00:00.001Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599_999, "2024-12-31T23:59:59.999Z"), (2_147_483_647_000, "2038-01-19T03:14:07.000Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"), (-2_203_891_200_001, "1900-02-28T23:59:59.999Z"),
            (-11_644_473_600_000, "1601-01-01T00:00:00.000Z"), (RFC3339.earliest, "0000-01-01T00:00:00.000Z"),
            (RFC3339.latest, "9999-12-31T23:59:59.999Z"), (.max, "9999-12-31T23:59:59.999Z"),
            (.min, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func edges(milliseconds: Int64, expected: String) {
        #expect(RFC3339.string(milliseconds: milliseconds) == expected)
        #expect(expected.utf8.count == RFC3339.length)
    }

    @Test("agrees with another implementation of the calendar", arguments: seeds(20))
    func agrees(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<100 {
            // Foundation changes to the Julian calendar before 1582; RFC 3339 does not.
            let seconds = Int64.random(in: -12_000_000_000...253_402_300_799, using: &generator)
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
            #expect(RFC3339.string(milliseconds: seconds * 1_000) == expected)
        }
    }

    @Test("rises with time, day by day, for four hundred years")
    func rises() {
        var last = ""
        for day in 0..<146_097 as Range<Int64> {
            let date = RFC3339.string(milliseconds: day * 86_400_000)
            guard date > last else {
                Issue.record("\(date) comes after \(last)")
                return
            }
            last = date
        }
        #expect(last == "2369-12-31T00:00:00.000Z")
    }
}
