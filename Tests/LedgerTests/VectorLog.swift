import Foundation
import Ledger
import Testing

/// The vectors beside these tests, and the log that they speak of.
enum VectorLog {
    static func data(_ name: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Vectors")
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The lines of a vector file, split at spaces.
    static func lines(_ name: String) throws -> [[String]] {
        String(decoding: try Self.data(name), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
    }

    static func key(_ label: String) throws -> (signer: NoteSigner, verifier: NoteVerifier) {
        let line = try #require(try Self.lines("keys.txt").first { $0[0] == label })
        let verifier = try NoteVerifier(vkey: line[2])
        let seed = try #require(Hexadecimal.decode(line[1]))
        return (try NoteSigner(name: verifier.name, seed: seed, algorithm: verifier.algorithm), verifier)
    }

    static func digests(_ texts: some Sequence<String>) throws -> [Digest256] {
        try texts.map { try #require(Digest256(base64: $0)) }
    }

    /// Entry `i` of the log: realistic records, empty ones, binary ones, short texts.
    static func entry(_ i: Int) -> [UInt8] {
        switch i % 7 {
        case 0:
            let time = String(format: "2026-11-21T00:%02d:%02d.%03dZ", i / 60 % 60, i % 60, i % 1000)
            let detail = #"{"from":"stage-\#(i % 5)","to":"stage-\#(i % 5 + 1)"}"#
            let head = #"{"action":"stage.advance","actor":"user:alice@example.org","detail":"# + detail
            return Array((head + #","object":"model:demo/1.0.0","seq":\#(i),"ts":"\#(time)","v":1}"#).utf8)
        case 1: return []
        case 2: return [UInt8](repeating: UInt8(i & 255), count: i % 300)
        default: return Array("sluice-test-entry-\(i)".utf8)
        }
    }
}

/// SplitMix64: the same seed gives the same run, on every machine.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
