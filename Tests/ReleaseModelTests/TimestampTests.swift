import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("A timestamp")
struct TimestampTests {
    private let first = Timestamp(milliseconds: .min)
    private let last = Timestamp(milliseconds: .max)
    private let epoch = Timestamp(milliseconds: 0)

    @Test("stays at the ends of time")
    func advancing() {
        #expect(self.last.advanced(milliseconds: 1) == self.last)
        #expect(self.last.advanced(milliseconds: .max) == self.last)
        #expect(self.first.advanced(milliseconds: -1) == self.first)
        #expect(self.first.advanced(milliseconds: .min) == self.first)
        #expect(self.last.advanced(milliseconds: .min) == Timestamp(milliseconds: -1))
        #expect(self.epoch.advanced(milliseconds: .min) == self.first)
    }

    @Test("is never further from another than can be said")
    func differences() {
        #expect(self.last.since(self.first) == .max)
        #expect(self.first.since(self.last) == .min)
        #expect(self.epoch.since(self.first) == .max)
        #expect(self.first.since(self.epoch) == .min)
        #expect(self.last.since(self.last) == 0)
    }

    @Test("comes back by the difference to another, where none saturates")
    func inverse() {
        repeated(seeds: 1_000) { _, generator in
            let here = Timestamp(milliseconds: Int64(truncatingIfNeeded: generator.next()) >> 1)
            let there = Timestamp(milliseconds: Int64(truncatingIfNeeded: generator.next()) >> 1)
            try #require(here.advanced(milliseconds: there.since(here)) == there)
            try #require((here < there) == (there.since(here) > 0))
        }
    }

    @Test("is an integer in JSON, and no other number")
    func coding() throws {
        for stamp in [self.first, self.epoch, self.last] {
            let text = try JSONValue(encoding: stamp).canonical
            #expect(try JSONValue(parsing: text).decoded(as: Timestamp.self) == stamp)
        }
        for text in ["1.5", "\"1\"", "null", "true", "1e400", "9223372036854775808", "[1]"] {
            #expect(throws: (any Error).self, "\(text)") {
                try JSONValue(parsing: Array(text.utf8)).decoded(as: Timestamp.self)
            }
        }
    }
}
