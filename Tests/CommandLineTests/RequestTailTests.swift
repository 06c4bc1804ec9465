import Foundation
import Ledger
import SluiceTesting
import Store
import StrictJSON
import Testing

@testable import sluice

@Suite("request tail")
struct RequestTailTests {
    private let folder: TemporaryDirectory

    /// A data folder with an access log of four requests, one of them still under way, and one whose admission is gone.
    init() async throws {
        self.folder = try TemporaryDirectory("data")
        let signer = try NoteSigner(name: "test.example/access", seed: Array(repeating: 7, count: 32))
        let log = self.folder.path(of: "data/log")
        try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: true)
        let writer = try LogWriter.open(directory: log + "/access", origin: "test.example/access", signer: signer)
        _ = try await writer.append(
            [
                Self.admitted("req_1", model: "aurora", version: "ver_1"),
                Self.admitted("req_2", model: "aurora", version: "ver_2\u{1B}[2J"), Self.ended("req_2", "cancelled"),
                #"{"at":3600000,"grant":"grt_1","kind":"request.counted","v":1}"#,
                Self.admitted("req_3", model: "borealis", version: "ver_3"), Self.ended("req_1", "completed"),
                Self.admitted("req_4", model: "aurora", version: "ver_1"), Self.ended("req_0", "completed"),
            ].map { try JSONValue(parsing: Array($0.utf8)).canonical })
        try writer.close()
    }

    private static func admitted(_ request: String, model: String, version: String) -> String {
        let version = version.replacing("\u{1B}", with: "\\u001b")
        return #"{"at":1000,"kind":"request.admitted","model":"\#(model)","request":"\#(request)","v":1,"#
            + #""placement":{"arm":"candidate"},"version":"\#(version)"}"#
    }

    private static func ended(_ request: String, _ outcome: String) -> String {
        #"{"at":2000,"input":5,"kind":"request.completed","milliseconds":12,"outcome":"\#(outcome)","output":7,"#
            + #""request":"\#(request)","status":200,"v":1}"#
    }

    private func tail(_ line: String) throws -> [String] {
        let data = self.folder.path(of: "data")
        let verb = try #require(try parsed("request tail \(line) --data \(data)") as? RequestTail)
        let captured = Captured()
        var pairing = RequestPairing()
        let next = try verb.printLast(
            try LogReader(directory: data + "/log/access"), &pairing, captured.terminal)
        #expect(next == 8)
        return captured.data.current.split(separator: "\n").map(String.init)
    }

    @Test("prints what has ended in the order of its end, with what its admission says")
    func lines() throws {
        let lines = try self.tail("")
        #expect(lines.count == 3)
        #expect(lines[0].contains("req_2") && lines[0].contains("cancelled") && !lines[0].contains("\u{1B}"))
        #expect(lines[1].contains("req_1  aurora  ver_1  candidate  200  completed"))
        #expect(lines[1].hasSuffix("5 in, 7 out  12 ms"))
        #expect(lines[2].contains("req_0  -  -  -  200"), "its admission came before what was read")
        #expect(try self.tail("-n 1") == [lines[2]])
        #expect(try self.tail("-n 0").isEmpty)
    }

    @Test("takes filters together, and what is not known fits none")
    func filters() throws {
        #expect(try self.tail("--model aurora").count == 2)
        #expect(try self.tail("--model aurora --outcome completed").count == 1)
        #expect(try self.tail("--served-by ver_1 --outcome cancelled").isEmpty)
        #expect(try self.tail("--outcome completed").count == 2)
        #expect(throws: (any Error).self) { try self.tail("--outcome complete") }
    }

    @Test("prints JSON that holds both entries")
    func json() throws {
        let ended = try self.tail("--output json").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(ended[1]["admission"]?["version"] == "ver_1" && ended[1]["outcome"]?["outcome"] == "completed")
        #expect(ended[2]["admission"] == nil)
    }

    @Test("remembers requests under way up to a bound")
    func bounded() {
        var pairing = RequestPairing()
        for number in 0...(2 * RequestPairing.most) {
            _ = pairing.take(Array(Self.admitted("req_\(number)", model: "m", version: "v").utf8))
        }
        #expect(pairing.take(Array(Self.ended("req_0", "completed").utf8))?.admission == nil)
        #expect(pairing.take(Array(Self.ended("req_\(2 * RequestPairing.most)", "completed").utf8))?.admission != nil)
    }
}
