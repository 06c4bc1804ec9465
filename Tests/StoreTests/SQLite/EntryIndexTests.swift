import ReleaseModel
import Store
import Testing

@Suite("The index of entries")
struct EntryIndexTests {
    private static let model = ModelID(bits: 7).description
    private static let person = PersonID(bits: 8).description

    private static func bytes(_ number: Int) -> [UInt8] {
        let content =
            number.isMultiple(of: 2)
            ? #"{"model":"\#(Self.model)","reason":"r"}"# : #"{"key":"abcDEF12","reason":"app_not_an_id"}"#
        return Array(#"{"at":\#(number),"by":"\#(Self.person)","content":\#(content),"kind":"k","v":1}"#.utf8)
    }

    private static func entries(_ range: Range<UInt64>) -> [IndexedEntry] {
        range.compactMap { IndexedEntry(number: $0, bytes: Self.bytes(Int($0))) }
    }

    @Test("knows every identifier that stands in an entry, and nothing that only looks like one")
    func objects() throws {
        let even = try #require(IndexedEntry(number: 0, bytes: Self.bytes(0)))
        #expect(even.objects == [Self.model, Self.person])
        let odd = try #require(IndexedEntry(number: 1, bytes: Self.bytes(1)))
        #expect(odd.objects == ["abcDEF12", Self.person])
        #expect(odd.at == Sample.time(1))
        #expect(IndexedEntry(number: 0, bytes: Array("no entry".utf8)) == nil)
    }

    @Test("finds entries by what they name, in order and by pages", arguments: StoreUnderTest.all)
    func find(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let index = opened.store.entries
        try await index.append(Self.entries(0..<10))
        #expect(try await index.entries(naming: Self.model, limit: 3).map(\.number) == [0, 2, 4])
        #expect(try await index.entries(naming: Self.model, from: 5, limit: 9).map(\.number) == [6, 8])
        #expect(try await index.entries(naming: "abcDEF12", limit: 1) == Self.entries(1..<2))
        #expect(try await index.entries(naming: "mdl_nothing", limit: 9).isEmpty)
    }

    @Test("passes over what it has, and refuses a gap", arguments: StoreUnderTest.all)
    func append(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let index = opened.store.entries
        try await index.append(Self.entries(0..<4))
        try await index.append(Self.entries(2..<6))
        #expect(try await index.size() == 6)
        await #expect(throws: StoreFault.outOfStep(expected: 6, found: 8)) {
            try await index.append(Self.entries(8..<9))
        }
    }

    @Test("is brought to its log when it is behind, empty or ahead", arguments: StoreUnderTest.all)
    func rebuild(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let index = opened.store.entries
        for size in [5, 5, 12, 3, 0, 5_000] as [UInt64] {
            try await index.rebuild(size: size) { range in range.map { Self.bytes(Int($0)) } }
            #expect(try await index.size() == size)
            let named = try await index.entries(naming: Self.person, limit: 10_000)
            #expect(named.map(\.number) == Array(0..<size))
        }
    }
}
