import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A unit")
struct AudienceUnitTests {
    @Test("is read from what it is written as, and orders an application before its accounts")
    func text() throws {
        let units = [
            AudienceUnit(Sample.application(1)), try #require(AudienceUnit(Sample.application(1), account: "a/b")),
            try #require(AudienceUnit(Sample.application(1), account: "caf\u{E9}")),
            AudienceUnit(Sample.application(2)),
        ]
        for unit in units { #expect(AudienceUnit(unit.description) == unit) }
        #expect(units.shuffled().sorted() == units)
        #expect(try JSONDecoder().decode([AudienceUnit].self, from: JSONEncoder().encode(units)) == units)
        let application = Sample.application(1)
        for text in ["", "/", "x", "\(application)/", "\(application)/cafe\u{301}", "org_1/a", "\(application)/a\0"] {
            #expect(AudienceUnit(text) == nil)
        }
    }

    @Test("of two applications is two, whatever they call the account")
    func apart() throws {
        #expect(try Sample.account(1, of: 1) != Sample.account(1, of: 2))
        #expect(AudienceUnit(Sample.application(1), account: String(repeating: "a", count: 257)) == nil)
        #expect(AudienceUnit(Sample.application(1), account: String(repeating: "a", count: 256)) != nil)
    }
}
