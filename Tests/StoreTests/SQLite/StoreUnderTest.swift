import ReleaseModel
import SluiceTesting
import Store
import Testing

/// A way to make a store: every test of the contract runs once for each, so that another backend is held to the same.
struct StoreUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: @Sendable () throws -> Opened

    /// A store and what must live as long as it.
    struct Opened: Sendable {
        let store: Store
        let folder: TemporaryDirectory?
    }

    static let all = [
        StoreUnderTest(testDescription: "in memory") { Opened(store: try Store.inMemory(), folder: nil) },
        StoreUnderTest(testDescription: "in a file") {
            let folder = try TemporaryDirectory("store")
            return Opened(store: try Store(path: folder.path(of: "store.sqlite")), folder: folder)
        },
    ]
}

/// Identifiers and times that say what they are by their number.
enum Sample {
    static func grant(_ number: UInt64) -> GrantID { GrantID(bits: UInt128(number)) }
    static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
    static func digest(_ byte: UInt8) throws -> ContentDigest {
        try #require(ContentDigest(bytes: repeatElement(byte, count: 32)))
    }

    static func record(_ name: String, seed: UInt64 = 1) -> PersonRecord {
        var generator = SeededGenerator(seed: seed)
        return PersonRecord(name: name, email: "\(name)@example.org", using: &generator)
    }
}
