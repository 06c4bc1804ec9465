import SluiceTesting
import Testing

@testable import WireOracles

@Suite("The wire rooms, asked twice")
struct OracleTests {
    @Test("contradict themselves over no seed", arguments: Oracle.allCases)
    func seedInputs(oracle: Oracle) throws {
        let inputs = OracleSeeds.of(oracle)
        for input in inputs {
            #expect(oracle.contradiction(over: input) == nil, "\(String(decoding: input, as: UTF8.self))")
        }
        if !inputs.isEmpty { try FuzzSeeds.write(inputs, for: oracle.rawValue) }
    }

    @Test(
        "contradict themselves over no seed that was damaged",
        arguments: [Oracle.chunks, .json, .chat, .events, .answers])
    func damaged(oracle: Oracle) {
        let inputs = OracleSeeds.of(oracle)
        repeated(seeds: 300) { _, random in
            var input = inputs[Int.random(in: 0..<inputs.count, using: &random)]
            let other = inputs[Int.random(in: 0..<inputs.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&input, with: other, by: &random) }
            let contradiction = oracle.contradiction(over: input)
            try #require(contradiction == nil, "\(input)")
        }
    }

    /// A byte changed, put in or taken out, or a piece of another seed put in.
    private static func damage(_ input: inout [UInt8], with other: [UInt8], by random: inout SeededGenerator) {
        let marks = Array("\r\n{}[]\",:\\u019eE+-.tfn ;\0\u{1}".utf8) + [0x80, 0xC3, 0xED, 0xFF]
        let place = Int.random(in: 0...input.count, using: &random)
        let mark = marks[Int.random(in: 0..<marks.count, using: &random)]
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where place < input.count: input[place] = mark
        case 1 where place < input.count: input.remove(at: place)
        case 2: input.insert(mark, at: place)
        default:
            let start = Int.random(in: 0...other.count, using: &random)
            input.insert(contentsOf: other[start...].prefix(Int.random(in: 0...24, using: &random)), at: place)
        }
    }
}

@Suite("The second reader of JSON")
struct RecursiveJSONTests {
    @Test(
        "takes what RFC 8259 has, and refuses what this house does",
        arguments: [
            (" [1, -0.5e+3, \"\\ud83d\\ude00\", {\"a\": null}] ", true), ("[01]", false), ("[1.]", false),
            ("[.5]", false), ("[+1]", false), ("\"\\x\"", false), ("\"\\ud83d\"", false), ("\"\n\"", false),
            ("{\"a\":1,\"\\u0061\":2}", false), ("[1] 2", false), ("", false), ("nul", false),
        ])
    func reads(text: String, isAccepted: Bool) {
        #expect((Oracle.json.contradiction(over: Array(text.utf8))) == nil)
        #expect(RecursiveJSON.accepts(Array(text.utf8), repeatedKeys: false) == isAccepted)
    }
}
