import ReleaseModel
import StageControl
import Testing

@Suite("A stage's weeks")
struct StagePeriodsTests {
    private let opened = Timestamp(milliseconds: 1_750_000_123_456)

    @Test("begin at the moment of its opening and last exactly seven times 24 hours")
    func weeks() {
        let weeks = StagePeriods(from: self.opened, each: TimeSpan(1, .week))
        let week: Int64 = 7 * 24 * 3_600 * 1_000
        for number in 0..<60 {
            let start = self.opened.advanced(milliseconds: Int64(number) * week)
            #expect(weeks.start(of: number) == start)
            #expect(weeks.number(at: start) == number)
            #expect(weeks.number(at: start.advanced(milliseconds: -1)) == max(0, number - 1))
            #expect(weeks.number(at: start.advanced(milliseconds: week - 1)) == number)
        }
    }

    @Test("are numbers at every moment, also before the first, at the ends of time and of no length")
    func extremes() {
        for length in [TimeSpan.zero, TimeSpan(1, .day), .longest] {
            let periods = StagePeriods(from: self.opened, each: length)
            #expect(periods.number(at: Timestamp(milliseconds: .min)) == 0)
            #expect(periods.number(at: Timestamp(milliseconds: .max)) > 0)
            #expect(periods.start(of: .max) == Timestamp(milliseconds: .max))
            #expect(periods.start(of: -1) == self.opened)
        }
    }
}
