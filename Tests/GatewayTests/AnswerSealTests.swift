import ReleaseModel
import SluiceTesting
import Testing

@testable import Gateway

@Suite("The identifier of an answer that is kept")
struct AnswerSealTests {
    private static func key(_ text: String) -> KeyID { KeyID(text.utf8) ?? KeyID("00000000".utf8)! }

    private let seal = AnswerSeal(secret: Array(repeating: 7, count: 32))

    private func answer(_ generator: inout SeededGenerator) -> KeptAnswer {
        let letters = Array("abcdefXYZ0189._-~")
        let length = Int.random(in: 1...AnswerSeal.maximumLength, using: &generator)
        let id = String((0..<length).map { _ in letters.randomElement(using: &generator)! })
        let now = Timestamp(milliseconds: Int64.random(in: 0...(1 << 44), using: &generator))
        return KeptAnswer(
            version: VersionID(at: now, using: &generator), endpoint: EndpointMark(bits: generator.next()),
            upstreamID: id)
    }

    @Test("leads its own key back to the answer, and no other key anywhere", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (mine, other) = (Self.key("aaaaaaaa"), Self.key("aaaaaaab"))
        let answer = self.answer(&generator)
        let identifier = self.seal.identifier(of: answer, for: mine)
        #expect(
            identifier.hasPrefix("resp_") && identifier.utf8.allSatisfy { Base62.value(of: $0) != nil || $0 == 0x5F })
        #expect(self.seal.answer(identifier, for: mine) == answer)
        #expect(self.seal.answer(identifier, for: other) == nil)
        #expect(AnswerSeal().answer(identifier, for: mine) == nil)
        // Another gateway of the installation, and another day, come to the same one.
        #expect(AnswerSeal(secret: Array(repeating: 7, count: 32)).identifier(of: answer, for: mine) == identifier)
        #expect(self.seal.identifier(of: answer, for: other) != identifier)
    }

    @Test("opens nothing once a single letter of it was changed", arguments: 0..<20 as Range<UInt64>)
    func changes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let key = Self.key("aaaaaaaa")
        let identifier = Array(self.seal.identifier(of: self.answer(&generator), for: key))
        for place in identifier.indices {
            var changed = identifier
            changed[place] = changed[place] == "q" ? "r" : "q"
            #expect(self.seal.answer(String(changed), for: key) == nil)
        }
        for end in [String(identifier.dropLast()), String(identifier) + "0", "", "resp_", "resp_0"] {
            #expect(self.seal.answer(end, for: key) == nil)
        }
    }

    @Test("does not show which version answered, or what the upstream calls the answer")
    func hidden() {
        var generator = SeededGenerator(seed: 1)
        let answer = KeptAnswer(
            version: self.answer(&generator).version, endpoint: EndpointMark(name: "rack-a"),
            upstreamID: "resp-upstream-17")
        let identifier = self.seal.identifier(of: answer, for: Self.key("aaaaaaaa"))
        #expect(!identifier.contains("upstream") && !identifier.contains(answer.version.description.dropFirst(4)))
    }

    @Test("names the endpoint that keeps the answer by its name alone, and does not show it by its length")
    func endpoints() {
        var generator = SeededGenerator(seed: 3)
        let (key, version) = (Self.key("aaaaaaaa"), self.answer(&generator).version)
        let names = ["a", "rack-a", "rack-b", String(repeating: "x", count: 64)]
        let identifiers = names.map { name in
            self.seal.identifier(
                of: KeptAnswer(version: version, endpoint: EndpointMark(name: name), upstreamID: "resp-1"), for: key)
        }
        #expect(Set(identifiers).count == names.count && Set(identifiers.map(\.utf8.count)).count == 1)
        for (name, identifier) in zip(names, identifiers) {
            #expect(self.seal.answer(identifier, for: key)?.endpoint == EndpointMark(name: name))
        }
        // What was given out must lead back after an upgrade too.
        #expect(EndpointMark(name: "rack-a").bits == 0x2BE1_2C9C_EC6B_E6C9)
    }

    @Test(
        "leads nowhere where the upstream's could not stand in a path",
        arguments: ["", "a/b", "a?b", "a b", "é", "%2e", String(repeating: "x", count: 129)])
    func unnameable(id: String) {
        var generator = SeededGenerator(seed: 2)
        let key = Self.key("aaaaaaaa")
        let answer = KeptAnswer(
            version: self.answer(&generator).version, endpoint: EndpointMark(name: "rack-a"), upstreamID: id)
        #expect(self.seal.answer(self.seal.identifier(of: answer, for: key), for: key) == nil)
    }
}

@Suite("The question about an answer that is kept")
struct KeptAnswerQueryTests {
    @Test("goes on as it came, where it is known")
    func known() throws {
        let query = try KeptAnswerQuery("stream=true&starting_after=5&include[]=a.b&include%5b%5d=c&include=d")
        #expect(query.text == "?stream=true&starting_after=5&include%5B%5D=a.b&include%5B%5D=c&include=d")
        #expect(query.isStream && !query.asksForProbabilities)
        #expect(try KeptAnswerQuery(nil).text == "" && KeptAnswerQuery("").text == "")
        #expect(try KeptAnswerQuery("include=message.output_text.LogProbs").asksForProbabilities)
        #expect(try !KeptAnswerQuery("stream=false").isStream)
    }

    @Test(
        "is refused by name where it is not",
        arguments: ["key=1", "stream", "after=%6c", "limit=1/2", "=", "order=a b"])
    func unknown(text: String) {
        #expect(throws: (any Error).self) { try KeptAnswerQuery(text) }
    }
}
