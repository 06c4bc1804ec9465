import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("An identifier")
struct IdentifierTests {
    @Test("reads back from its text, whatever its bits")
    func roundTrip() {
        repeated(seeds: 2_000) { _, generator in
            let bits = UInt128(generator.next()) << 64 | UInt128(generator.next())
            for bits in [bits, bits >> 100, ~(bits >> 100), 0, .max] {
                let id = ModelID(bits: bits)
                try #require(id.description.utf8.count == 30)
                try #require(ModelID(id.description) == id)
                let json = try JSONValue(encoding: id)
                try #require(json == .string(id.description))
                try #require(try json.decoded(as: ModelID.self) == id)
            }
        }
    }

    @Test("sorts by age, as bits and as text")
    func order() {
        repeated(seeds: 500) { _, generator in
            let early = Timestamp(milliseconds: Int64(generator.next() >> 17))
            let late = early.advanced(milliseconds: 1)
            let ids = [early, late].map { GrantID(at: $0, using: &generator) }
            try #require(ids[0] < ids[1])
            try #require(ids[0].description < ids[1].description)
            try #require(Int64(ids[0].bits >> 80) == early.milliseconds)
        }
    }

    @Test("can be made at any moment, also outside the 48 bits of its time")
    func extremes() {
        var generator = SeededGenerator(seed: 1)
        for milliseconds in [Int64.min, -1, 0, 1 << 48 - 1, 1 << 48, .max] {
            let id = ModelID(at: Timestamp(milliseconds: milliseconds), using: &generator)
            #expect(ModelID(id.description) == id)
        }
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "mdl_", "mdl", "ver_00000000000000000000000001", "mdl-00000000000000000000000001",
            "mdl_0000000000000000000000001", "mdl_000000000000000000000000001", "MDL_00000000000000000000000001",
            "mdl_0000000000000000000000000A", "mdl_0000000000000000000000000i", "mdl_0000000000000000000000000l",
            "mdl_0000000000000000000000000o", "mdl_0000000000000000000000000u", "mdl_80000000000000000000000000",
            "mdl_zzzzzzzzzzzzzzzzzzzzzzzzzz", " mdl_00000000000000000000000001", "mdl_00000000000000000000000001 ",
            "mdl_/0000000000000000000000000", "mdl_000000000000000000000000\u{E9}",
        ])
    func malformed(_ text: String) {
        #expect(ModelID(text) == nil)
        #expect(throws: JSONCodingFault.self) { try JSONValue.string(text).decoded(as: ModelID.self) }
    }

    @Test("has a prefix of its own for each kind")
    func prefixes() {
        let prefixes = [
            ApplicationKind.prefix, ComponentKindOfIdentifier.prefix, GrantKind.prefix, ModelKind.prefix,
            OrganisationKind.prefix, PersonKind.prefix, ProposalKind.prefix, RequestKind.prefix, TermsKind.prefix,
            VersionKind.prefix,
        ]
        #expect(prefixes == ["app", "cmp", "grt", "mdl", "org", "per", "prp", "req", "trm", "ver"])
    }

    @Test("of an owner, a subject or an actor tells by its prefix what it is")
    func sums() throws {
        func read<T: Codable & Equatable>(_ values: [T]) throws {
            for value in values { #expect(try JSONValue(encoding: value).decoded(as: T.self) == value) }
        }
        try read([KeyOwner.application(ApplicationID(bits: 1)), .person(PersonID(bits: 1))])
        try read([GrantSubject.application(ApplicationID(bits: 1)), .organisation(OrganisationID(bits: 1))])
        try read([Actor.person(PersonID(bits: 1)), .application(ApplicationID(bits: 1)), .host, .system])
        for text in ["mdl_00000000000000000000000001", "Host", "", "app_"] {
            #expect(throws: JSONCodingFault.self) { try JSONValue.string(text).decoded(as: KeyOwner.self) }
            #expect(throws: JSONCodingFault.self) { try JSONValue.string(text).decoded(as: GrantSubject.self) }
            #expect(throws: JSONCodingFault.self) { try JSONValue.string(text).decoded(as: Actor.self) }
        }
    }
}
