import HTTPWire
import SluiceTesting
import Testing
import WireOracles

@Suite("HTTP, asked twice")
struct OracleTests {
    private static let responses = ResponseCase.all.filter { $0.bytes.count < 2000 }.map { response in
        let method: UInt8 = response.method == .get ? 1 : response.method == .head ? 2 : 0
        return [method | (response.closes ? 4 : 0)] + response.bytes
    }

    @Test("reads what it has read, written out, the same again", arguments: [Oracle.requests, .responses])
    func cases(oracle: Oracle) throws {
        let inputs = oracle == .requests ? FramingCase.requests.map(\.bytes) : Self.responses
        for input in inputs {
            #expect(oracle.contradiction(over: input) == nil, "\(String(decoding: input, as: UTF8.self))")
        }
        try FuzzSeeds.write(inputs, for: oracle.rawValue)
    }

    @Test("and so what a seed makes of it", arguments: [Oracle.requests, .responses], 0..<20 as Range<UInt64>)
    func mutated(oracle: Oracle, seed: UInt64) {
        var random = Seeded(seed: 0x0AC1E &+ seed)
        let inputs = oracle == .requests ? FramingCase.requests.map(\.bytes) : Self.responses
        for _ in 0..<25 {
            let input = random.mutate(
                inputs[random.below(inputs.count)], with: inputs[random.below(inputs.count)])
            #expect(oracle.contradiction(over: input) == nil, "seed \(seed): \(input)")
        }
    }
}
