import GRDB
import SluiceTesting
import Store
import Testing

@Suite("The database file")
struct SchemaTests {
    @Test("keeps what it holds when it is opened again")
    func reopen() async throws {
        let folder = try TemporaryDirectory("schema")
        let path = folder.path(of: "store.sqlite")
        let record = Sample.record("Ada")
        let first = try Store(path: path)
        let commitment = try await first.vault.put(record, at: Sample.time(1))
        try first.close()
        let second = try Store(path: path)
        #expect(try await second.vault.record(of: commitment) == record)
    }

    @Test("of a newer release is refused, with both formats named, and not touched")
    func newer() throws {
        let folder = try TemporaryDirectory("schema")
        let path = folder.path(of: "store.sqlite")
        try Store(path: path).close()
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        try database.close()
        let fault = #expect(throws: StoreFault.newerFormat(found: 99, known: 4)) { try Store(path: path) }
        #expect(fault?.description.contains("99") == true)
        #expect(fault?.code == "store_newer_format")
    }

    @Test("of another program, or that is no database, is refused")
    func foreign() throws {
        let folder = try TemporaryDirectory("schema")
        let path = folder.path(of: "other.sqlite")
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
        try database.close()
        #expect(throws: StoreFault.self) { try Store(path: path) }
        let text = try folder.write(Array(repeating: UInt8(ascii: "x"), count: 8_192), to: "text")
        #expect { try Store(path: text) } throws: { ($0 as? StoreFault)?.code == "store_foreign" }
    }

    @Test("says that it is closed with a fault, not with a crash")
    func closed() async throws {
        let store = try Store.inMemory()
        try store.close()
        await #expect { try await store.usage.counted() } throws: { ($0 as? StoreFault)?.code == "store_unavailable" }
    }

    @Test("names no bound value in a fault")
    func privacy() async throws {
        let folder = try TemporaryDirectory("schema")
        let path = folder.path(of: "store.sqlite")
        let store = try Store(path: path)
        let other = try DatabaseQueue(path: path)
        try await other.writeWithoutTransaction { try $0.execute(sql: "DROP TABLE person_record") }
        await #expect { try await store.vault.put(Sample.record("Ada Quill"), at: Sample.time(1)) } throws: { error in
            !"\(error)".contains("Quill")
        }
    }
}
