import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("A name")
struct NameTests {
    @Test(
        "is letters, digits and a few marks",
        arguments: [
            "a", "Z", "0", "gpt-4.1", "org/model:tag", "a._-:/", "aurora-1.0", String(repeating: "n", count: 128),
        ])
    func accepted(_ text: String) throws {
        let name = try #require(Name(text))
        #expect(name.text == text && name.description == text)
        #expect(try JSONValue(encoding: name).decoded(as: Name.self) == name)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "-a", ".a", "_a", ":a", "/a", "a b", " a", "a ", "a\n", "a\u{0}", "ä", "e\u{301}", "a\u{301}",
            "\u{FF41}", "a\"", "a\\", "a?", "a#", "a%2F", "a+b", "a@b", String(repeating: "n", count: 129),
        ])
    func refused(_ text: String) {
        #expect(Name(text) == nil)
        #expect(throws: JSONCodingFault.self) { try JSONValue.string(text).decoded(as: Name.self) }
    }

    @Test("needs no escaping in JSON, in a URL's path or in a shell, whatever single letter it has")
    func letters() {
        for scalar in (0..<0x250).compactMap(Unicode.Scalar.init) {
            let text = "a\(Character(scalar))"
            let isLetter = scalar.isASCII && scalar.properties.isAlphabetic
            let isPlain = isLetter || "0123456789._-:/".unicodeScalars.contains(scalar)
            #expect((Name(text) != nil) == isPlain, "\(scalar.value)")
        }
    }

    @Test("orders by its bytes")
    func order() {
        repeated(seeds: 500) { _, generator in
            let alphabet = Array("aAzZ09.-:/_")
            let texts = (0..<2).map { _ in
                "a" + String((0..<4).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
            }
            let (left, right) = (texts[0], texts[1])
            let names = (try #require(Name(left)), try #require(Name(right)))
            try #require((names.0 < names.1) == left.utf8.lexicographicallyPrecedes(right.utf8), "\(left) \(right)")
        }
    }
}
