import SluiceTesting
import Testing

@testable import Gateway

@Suite("The certificate that a client is shown")
struct ServerNamesTests {
    private let certificates = [
        ServerNames(["sluice.example", "*.sluice.example"]), ServerNames(["Partner.Example", "*.partner.example"]),
        ServerNames([]), ServerNames(["eu.sluice.example"]),
    ]

    @Test(
        "is the one that has the name itself, else the one that has it by a wildcard, else the first",
        arguments: [
            ("sluice.example", 0), ("partner.example", 1), ("PARTNER.EXAMPLE", 1), ("partner.example.", 1),
            ("a.partner.example", 1), ("eu.sluice.example", 3), ("us.sluice.example", 0), ("a.b.partner.example", 0),
            ("partner.example.org", 0), (".partner.example", 0), ("xpartner.example", 0), ("*.partner.example", 1),
            ("example", 0), ("", 0), (".", 0), (nil, 0),
        ] as [(String?, Int)])
    func choice(asked: String?, expected: Int) {
        #expect(ServerNames.choice(for: asked, among: self.certificates) == expected)
    }

    @Test("is there for whatever a client asks", arguments: 0..<200 as Range<UInt64>)
    func total(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters = Array("ab.*A")
        func text() -> String {
            let length = Int.random(in: 0...8, using: &generator)
            return String((0..<length).map { _ in letters.randomElement(using: &generator)! })
        }
        let certificates = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
            ServerNames((0..<Int.random(in: 0...3, using: &generator)).map { _ in text() })
        }
        for _ in 0..<20 {
            let choice = ServerNames.choice(for: text(), among: certificates)
            #expect(certificates.indices.contains(choice))
        }
        #expect(ServerNames.choice(for: text(), among: certificates.prefix(1)) == 0)
    }
}
