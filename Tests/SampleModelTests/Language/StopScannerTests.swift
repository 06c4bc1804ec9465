import Testing

@testable import SampleModel

@Suite("A stop scanner")
struct StopScannerTests {
    /// Feeds `pieces` and finishes: everything that came out, and the stop sequence if there was one.
    private func scan(_ pieces: [String], stops: [String]) -> (text: String, stop: String?) {
        var scanner = StopScanner(stops)
        var bytes: [UInt8] = []
        for piece in pieces {
            let (released, stop) = scanner.feed(Array(piece.utf8))
            bytes += released
            if let stop { return (String(decoding: bytes, as: UTF8.self), String(decoding: stop, as: UTF8.self)) }
        }
        let (released, stop) = scanner.finish()
        return (
            String(decoding: bytes + released, as: UTF8.self), stop.map { String(decoding: $0, as: UTF8.self) }
        )
    }

    @Test("cuts before the earliest stop sequence, whole or in pieces")
    func cuts() {
        #expect(self.scan(["one two three"], stops: ["two"]) == ("one ", "two"))
        #expect(self.scan(["one t", "w", "o three"], stops: ["two"]) == ("one ", "two"))
        #expect(self.scan(["one two three"], stops: ["three", "two"]) == ("one ", "two"))
    }

    @Test("lets out what only looked like a stop sequence")
    func releases() {
        #expect(self.scan(["one t", "wist"], stops: ["two"]) == ("one twist", nil))
        #expect(self.scan(["one tw"], stops: ["two"]) == ("one tw", nil))
    }

    @Test("finds a short stop sequence inside the beginning of a longer one")
    func nested() {
        #expect(self.scan(["a", "b"], stops: ["abc", "b"]) == ("a", "b"))
        #expect(self.scan(["a", "b", "c"], stops: ["abc", "b"]) == ("", "abc"))
    }

    @Test("holds back no more than the longest stop sequence less one")
    func bounded() {
        var scanner = StopScanner(["aaab"])
        var released = 0
        for _ in 0..<100 { released += scanner.feed([UInt8(ascii: "a")]).released.count }
        #expect(released == 97)
    }

    @Test("gives the same text however the pieces are cut", arguments: 0..<300 as Range<UInt64>)
    func cutting(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = String((0..<30).map { _ in "abc".randomElement(using: &generator) ?? "a" })
        let stops = ["abca", "bcb", "cc"].shuffled(using: &generator)
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...4, using: &generator))
            pieces.append(String(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(self.scan(pieces, stops: stops) == self.scan([text], stops: stops), "text \(text)")
    }

    @Test("ignores an empty stop sequence")
    func empty() {
        #expect(self.scan(["text"], stops: [""]) == ("text", nil))
    }
}
