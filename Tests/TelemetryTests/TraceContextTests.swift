import SluiceTesting
import Telemetry
import Testing

@Suite("A trace context")
struct TraceContextTests {
    private static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private func parse(_ text: String) -> TraceContext.Parent? {
        TraceContext.Parent(Array(text.utf8).span)
    }

    private func written(_ context: TraceContext) -> String {
        let value = context.traceparent
        return String(decoding: value.indices.map { value[$0] }, as: UTF8.self)
    }

    @Test("is read from the example of the standard")
    func example() throws {
        let parent = try #require(self.parse(Self.example))
        #expect(parent.trace.description == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(parent.span == 0x00f0_67aa_0ba9_02b7)
    }

    @Test(
        "is read from a later version for what it has of the first",
        arguments: [
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes",
        ])
    func later(text: String) {
        #expect(self.parse(text) == self.parse(Self.example))
    }

    @Test(
        "is not read from anything else",
        arguments: [
            "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what-comes",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-000f067aa0ba902b7-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        ])
    func refused(text: String) {
        #expect(self.parse(text) == nil)
    }

    @Test("is read only where it says what it was written from, for any byte that changes")
    func mutations() {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<5_000 {
            var bytes = Array(Self.example.utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            guard let parent = TraceContext.Parent(bytes.span) else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.dropFirst(3).hasPrefix("\(parent.trace)-\(parent.span.hexadecimal)-"), "\(text)")
        }
    }

    @Test("goes on with the caller's trace and a span of its own")
    func under() throws {
        var generator = SeededGenerator(seed: 1)
        let parent = try #require(self.parse(Self.example))
        let context = TraceContext(under: parent, sampling: .none, using: &generator)
        #expect(context.trace == parent.trace)
        #expect(context.parent == parent.span)
        #expect(context.span != parent.span && context.span != 0)
        let text = self.written(context)
        #expect(text == "00-4bf92f3577b34da6a3ce929d0e0e4736-\(context.span.hexadecimal)-00")
        #expect(self.parse(text)?.span == context.span)
    }

    @Test("begins a new trace where there is none, each time another")
    func new() {
        var generator = SeededGenerator(seed: 2)
        let contexts = (0..<1_000).map { _ in TraceContext(under: nil, sampling: .none, using: &generator) }
        #expect(Set(contexts.map(\.trace)).count == contexts.count)
        #expect(contexts.allSatisfy { $0.parent == nil && self.parse(self.written($0)) != nil })
    }

    @Test("is sampled by our own choice alone, in the share that was asked for")
    func sampling() throws {
        var generator = SeededGenerator(seed: 3)
        let parent = try #require(self.parse(Self.example))
        for (ratio, expected) in [(0, 0...0), (1, 4_000...4_000), (0.25, 900...1_100), (-1, 0...0), (7, 4_000...4_000)]
            as [(Double, ClosedRange<Int>)]
        {
            let sampled = (0..<4_000).filter { _ in
                TraceContext(under: parent, sampling: Sampling(ratio: ratio), using: &generator).isSampled
            }
            #expect(expected.contains(sampled.count), "\(ratio)")
        }
        #expect(!Sampling(ratio: .nan).takes(0))
    }
}

@Suite("A trace state")
struct TraceStateTests {
    private func canBePassedOn(_ lines: [String]) -> Bool {
        var state = TraceState()
        for line in lines { state.read(Array(line.utf8)) }
        return state.canBePassedOn
    }

    @Test(
        "is passed on if it has the standard's form",
        arguments: [
            ["rojo=00f067aa0ba902b7"], ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"], ["rojo=1 , congo=2"],
            ["tenant@vendor=a b", "other=1,"], ["0a_-*/=~"],
        ])
    func valid(lines: [String]) {
        #expect(self.canBePassedOn(lines))
    }

    @Test(
        "is left out as a whole if anything in it has not",
        arguments: [
            [], [""], [" , "], ["rojo"], ["=1"], ["rojo="], ["Rojo=1"], ["rojo=1,rojo=2"], ["rojo=1", "rojo=1"],
            ["a@b@c=1"], ["rojo=a=b"], ["rojo=a\u{1}b"], ["rojo=ä"], ["_a=1"],
            [(0..<33).map { "k\($0)=1" }.joined(separator: ",")],
            ["a=" + String(repeating: "x", count: 257)],
            ["a=" + String(repeating: "x", count: 250), "b=" + String(repeating: "x", count: 250), "c=1234567890"],
        ])
    func invalid(lines: [String]) {
        #expect(!self.canBePassedOn(lines))
    }
}

@Suite("A queue of spans")
struct SpanQueueTests {
    private func span(_ number: Int) -> RequestSpan {
        var generator = SeededGenerator(seed: UInt64(number))
        return RequestSpan(
            context: TraceContext(under: nil, sampling: Sampling(ratio: 1), using: &generator),
            request: "req_\(number)", attributes: .example(1), startedAt: 0, duration: 1, end: .ended(.completed),
            status: 200)
    }

    @Test("keeps the oldest in order, and counts what it drops")
    func bounded() {
        let metrics = SluiceMetrics(version: "1")
        let queue = SpanQueue(capacity: 3, sampling: Sampling(ratio: 1), dropped: metrics.spans[.dropped])
        for number in 0..<5 { queue.put(self.span(number)) }
        #expect(queue.count == 3)
        #expect(metrics.spans[.dropped].value == 2)
        #expect(queue.take(2).map(\.request) == ["req_0", "req_1"])
        queue.put(self.span(9))
        #expect(queue.take(10).map(\.request) == ["req_2", "req_9"])
        #expect(queue.take(10).isEmpty)
    }
}
