import Arms
import Foundation
import ReleaseModel
import SluiceTesting
import Testing

/// The files of `Vectors/`, as their README describes them.
enum Vector {
    struct Peer: Decodable, Sendable, CustomTestStringConvertible {
        var algorithm: BucketingAlgorithm
        var salts: [String]
        var unit: String
        var expected: Double

        var testDescription: String { "\(self.algorithm.rawValue) \(self.salts) \(self.unit)" }
    }

    struct Hash: Decodable {
        var text: String
        var seed: UInt32
        var hash: UInt32
    }

    struct Normal: Decodable {
        var text: String
        var isNormal: Bool
    }

    struct Keyed: Decodable {
        struct Row: Decodable {
            var unit: String
            var bucket: Double
        }

        var seed: String
        var commitment: ContentDigest
        var units: [Row]
    }

    struct Draw: Decodable {
        struct Row: Decodable {
            var number: String
            var applicant: ApplicationID
        }

        var name: String
        var seed: String
        var commitment: ContentDigest
        var applicants: [ApplicationID]
        var order: [Row]
    }

    static func read<Row: Decodable>(_ name: String, as type: Row.Type = Row.self) throws -> [Row] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Vectors")
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }
}

/// A seed that follows from a number, for tests.
func seed(_ number: UInt64) throws -> Seed {
    var generator = SeededGenerator(seed: number)
    return try Seed(using: &generator)
}

/// One bucketing of each algorithm.
func everyBucketing(_ number: UInt64 = 1) throws -> [Bucketing] {
    try BucketingAlgorithm.allCases.map { algorithm in
        try Bucketing(algorithm, seed: seed(number), salts: algorithm.salts.map { "\($0)-\(number)" })
    }
}

/// Identifiers of applications, as the gateway's units are.
func applications(_ count: Int, using generator: inout SeededGenerator) -> [ApplicationID] {
    (0..<count).map { ApplicationID(at: Timestamp(milliseconds: 1_700_000_000_000 + Int64($0)), using: &generator) }
}
