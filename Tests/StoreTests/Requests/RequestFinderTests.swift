import Foundation
import Ledger
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import Store

@Suite("The finder of requests")
struct RequestFinderTests {
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private static let grant = GrantID(bits: 5)

    /// The entries of a log at random, and which request has which.
    private struct Written {
        var entries: [[UInt8]] = []
        var admitted: [RequestID: UInt64] = [:]
        var completed: [RequestID: UInt64] = [:]
        var clock = RequestFinderTests.start
    }

    private static func write(_ count: Int, using generator: inout SeededGenerator) -> Written {
        var written = Written()
        var underWay: [RequestID] = []
        while written.entries.count < count {
            let index = UInt64(written.entries.count)
            // Clocks stand, go, jump and step back.
            let step: Int64 =
                generator.oneIn(60)
                ? .random(in: -20_000...20_000, using: &generator)
                : .random(in: 0...2, using: &generator)
            written.clock = written.clock.advanced(milliseconds: step)
            let request = RequestID(at: written.clock, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                written.admitted[request] = index
                underWay.append(request)
                written.entries.append(Self.entry(request, "request.admitted", at: written.clock))
            case 2, 3:
                guard let ended = underWay.randomElement(using: &generator) else { continue }
                underWay.removeAll { $0 == ended }
                written.completed[ended] = index
                written.entries.append(Self.entry(ended, "request.completed", at: written.clock))
            default:
                let hour = written.clock.milliseconds - written.clock.milliseconds % 3_600_000
                let kind = generator.oneIn(2) ? "request.counted" : "tokens.counted"
                written.entries.append(Array(#"{"at":\#(hour),"grant":"\#(Self.grant)","kind":"\#(kind)","v":1}"#.utf8))
            }
        }
        return written
    }

    private static func entry(_ request: RequestID, _ kind: String, at now: Timestamp) -> [UInt8] {
        let text =
            #"{"at":\#(now.milliseconds),"grant":"\#(Self.grant)","kind":"\#(kind)","#
            + #""placement":{"stage":1},"request":"\#(request)","v":1}"#
        return Array(text.utf8)
    }

    @Test("finds every request and no other, whatever clocks did and wherever the log ends", arguments: seeds(4))
    func exact(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let folder = try LogFolder()
        let writer = try folder.open(seed.isMultiple(of: 2) ? .quiet : .unsigned)
        let written = Self.write([100, 256, 1_500, 2_600][Int(seed % 4)], using: &generator)
        let reader = try LogReader(directory: folder.directory, durable: { writer.size })
        let finder = RequestFinder(log: reader, store: try Store.inMemory())
        let now = written.clock.advanced(milliseconds: 3_600_000)
        let cut = Int.random(in: 0..<written.entries.count, using: &generator)
        for part in [written.entries[..<cut], written.entries[cut...]] where !part.isEmpty {
            _ = try await writer.append(Array(part))
            for (request, index) in written.admitted.sorted(by: { $0.value < $1.value }).prefix(40) {
                let finding = try await finder.admission(of: request, at: now)
                guard index < writer.size else {
                    #expect(!Self.isFound(finding), "seed \(seed)")
                    continue
                }
                guard case .found(let entry) = finding else {
                    Issue.record("seed \(seed): \(request) at \(index) is \(finding)")
                    continue
                }
                #expect(entry.index == index)
                #expect(entry.document["request"]?.stringValue == request.description)
                let completion = try await finder.completion(of: request, after: entry)
                #expect(completion?.index == written.completed[request].flatMap { $0 < writer.size ? $0 : nil })
            }
        }
        for request in written.admitted.keys.shuffled(using: &generator).prefix(20) {
            // Of the same moment, and yet another.
            let other = RequestID(bits: request.bits ^ 1)
            #expect(!Self.isFound(try await finder.admission(of: other, at: now)))
        }
        try writer.close()
    }

    private static func isFound(_ finding: RequestFinding) -> Bool {
        if case .found = finding { true } else { false }
    }

    @Test("is prepared at leisure, a few bundles a time, and all at once by a search")
    func leisure() async throws {
        var generator = SeededGenerator(seed: 21)
        let folder = try LogFolder()
        let writer = try folder.open(.quiet)
        let written = Self.write(5 * 256 + 40, using: &generator)
        _ = try await writer.append(written.entries)
        let store = try Store.inMemory()
        let reader = try LogReader(directory: folder.directory, durable: { writer.size })
        let finder = RequestFinder(log: reader, store: store)
        for bundles in [UInt64(2), 4] {
            try await finder.catchUp(most: 2)
            #expect(try await store.spans.bundles() == bundles)
        }
        let last = try #require(written.admitted.max { $0.value < $1.value })
        #expect(Self.isFound(try await finder.admission(of: last.key, at: written.clock)))
        #expect(try await store.spans.bundles() == 5)
        try await finder.catchUp(most: 2)
        #expect(try await store.spans.bundles() == 5)
        try writer.close()
    }

    @Test("tells a request that is not there from one that may be on its way, that was erased, or left a count")
    func apart() async throws {
        let folder = try LogFolder()
        let writer = try folder.open()
        var generator = SeededGenerator(seed: 3)
        let requests = (0..<600).map { RequestID(at: Self.start.advanced(milliseconds: $0), using: &generator) }
        _ = try await writer.append(requests.map { Self.entry($0, "request.admitted", at: $0.moment) })
        let store = try Store.inMemory()
        let finder = RequestFinder(
            log: try LogReader(directory: folder.directory, durable: { writer.size }), store: store)
        let stranger = RequestID(at: Self.start, using: &generator)
        let later = Self.start.advanced(milliseconds: 60_000)
        #expect(try await finder.admission(of: stranger, at: later) == .unknown(mayBeUnlogged: false))
        #expect(try await finder.admission(of: stranger, at: Self.start.advanced(milliseconds: 4_000)) == .pending)
        // What is only written, and not durable, is not found.
        let half = RequestFinder(
            log: try LogReader(directory: folder.directory, durable: { 300 }), store: try Store.inMemory())
        #expect(Self.isFound(try await half.admission(of: requests[299], at: later)))
        #expect(try await half.admission(of: requests[300], at: later) == .unknown(mayBeUnlogged: false))
        // A count of the hour, in the part whose spans are noted or behind it.
        let hour = Self.start.milliseconds - Self.start.milliseconds % 3_600_000
        let counted = Array(#"{"at":\#(hour),"grant":"\#(Self.grant)","kind":"request.counted","v":1}"#.utf8)
        _ = try await writer.append([counted])
        #expect(try await finder.admission(of: stranger, at: later) == .unknown(mayBeUnlogged: true))
        _ = try await writer.append(Array(repeating: counted, count: 200))
        #expect(try await finder.admission(of: stranger, at: later) == .unknown(mayBeUnlogged: true))
        try writer.close()
        // The first bundle is dropped; what is behind it is found as before.
        let log = try LogReader(directory: folder.directory, durable: { 600 })
        try FileManager.default.removeItem(atPath: "\(folder.directory)/tile/entries/000")
        for segment in try FileManager.default.contentsOfDirectory(atPath: "\(folder.directory)/journal") {
            try FileManager.default.removeItem(atPath: "\(folder.directory)/journal/\(segment)")
        }
        let rest = RequestFinder(log: log, store: store)
        #expect(try await rest.admission(of: requests[10], at: later) == .erased)
        #expect(Self.isFound(try await rest.admission(of: requests[400], at: later)))
    }

    @Test("reads marks of every kind, and of nothing else")
    func marks() {
        let request = RequestID(bits: 7)
        func mark(_ text: String) -> RequestMark? { RequestMark(of: Array(text.utf8).span) }
        #expect(mark(#"{"at":1,"kind":"request.admitted","request":"\#(request)","v":1}"#) == .admitted(request))
        #expect(
            mark(
                #"{"at":1,"kind":"request.completed","placement":{"request":"x"},"request":"\#(request)"}"#
            )
                == .completed(request))
        #expect(mark(#"{"at":7200000,"kind":"request.counted"}"#) == .counted(Timestamp(milliseconds: 7_200_000)))
        for other in [
            "", "{}", "[1]", "no", #"{"kind":"tokens.counted","request":"\#(request)"}"#,
            #"{"kind":"request.admitted","request":"req_1"}"#, #"{"kind":"request.admitted"}"#,
            #"{"request":"\#(request)"}"#,
        ] { #expect(mark(other) == nil, "\(other)") }
    }
}
