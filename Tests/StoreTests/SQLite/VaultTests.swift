import ReleaseModel
import SluiceTesting
import Store
import Testing

@Suite("The vault")
struct VaultTests {
    @Test("gives back what was put in, by its commitment", arguments: StoreUnderTest.all)
    func roundTrip(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let vault = opened.store.vault
        let record = Sample.record("Ada Quill")
        let commitment = try await vault.put(record, at: Sample.time(1))
        #expect(commitment == record.commitment)
        #expect(try await vault.record(of: commitment) == record)
        #expect(try await vault.put(record, at: Sample.time(2)) == commitment)
        #expect(try await vault.commitments() == [commitment])
        #expect(try await vault.record(of: Sample.digest(9)) == nil)
    }

    @Test("commits to the same person differently with another salt")
    func salt() {
        #expect(Sample.record("Ada", seed: 1).commitment != Sample.record("Ada", seed: 2).commitment)
    }

    @Test("erases the record that is named, and no other", arguments: StoreUnderTest.all)
    func erase(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let vault = opened.store.vault
        let ada = try await vault.put(Sample.record("Ada"), at: Sample.time(1))
        let ben = try await vault.put(Sample.record("Ben"), at: Sample.time(1))
        #expect(try await vault.erase([ada, Sample.digest(9)]) == 1)
        #expect(try await vault.record(of: ada) == nil)
        #expect(try await vault.record(of: ben) != nil)
        #expect(try await vault.erase([ada]) == 0)
    }

    @Test("leaves no byte of an erased person in any of its files")
    func bytesAreGone() async throws {
        let folder = try TemporaryDirectory("vault")
        let store = try Store(path: folder.path(of: "store.sqlite"))
        let needle = Array("Zyxwvut Unmistakable".utf8)
        for number in 0..<200 {
            try await store.vault.put(Sample.record("Neighbour \(number)", seed: UInt64(number)), at: Sample.time(1))
        }
        let record = Sample.record("Zyxwvut Unmistakable")
        let commitment = try await store.vault.put(record, at: Sample.time(1))
        #expect(try Self.files(of: folder).contains { $0.contains(needle) })

        try await store.vault.erase([commitment])
        for file in try Self.files(of: folder) { #expect(!file.contains(needle)) }
        try store.close()
        for file in try Self.files(of: folder) { #expect(!file.contains(needle)) }
    }

    private static func files(of folder: TemporaryDirectory) throws -> [[UInt8]] {
        try ["store.sqlite"].map { try folder.read($0) }
            + ["store.sqlite-wal", "store.sqlite-journal"].compactMap { try? folder.read($0) }
    }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in a row.
    func contains(_ needle: [UInt8]) -> Bool {
        guard self.count >= needle.count else { return false }
        return (0...(self.count - needle.count)).contains { start in
            self[start] == needle[0] && self[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}
