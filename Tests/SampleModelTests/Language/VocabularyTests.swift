import Testing

@testable import SampleModel

@Suite("A vocabulary")
struct VocabularyTests {
    private let vocabulary = Vocabulary(documents: Corpus.whole)

    @Test(
        "gives any text back byte for byte",
        arguments: [
            "", " ", "The lock is closed.", "  two  spaces\n\nand\tlines ", "Unread wörds: 日本語 🚤!", "a\u{0}b", "\r\n",
            "lockkeeperishness 12345 water,water", "¿Qué?", "x",
        ])
    func roundTrip(text: String) {
        #expect(self.vocabulary.decode(self.vocabulary.encode(text)) == Array(text.utf8))
    }

    @Test("gives random bytes of text back", arguments: 0..<50 as Range<UInt64>)
    func randomRoundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let scalars = (0..<80).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator)) }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        #expect(self.vocabulary.decode(self.vocabulary.encode(text)) == Array(text.utf8))
    }

    @Test("counts a known word and its space as one token, and each mark as one")
    func counts() {
        #expect(self.vocabulary.encode("The river is high.").count == 5)
        #expect(self.vocabulary.encode("The river").map(self.vocabulary.text(of:)) == ["The", " river"])
        #expect(self.vocabulary.encode("").isEmpty)
    }

    @Test("spells an unread word with more than one token, none of them spoken unless it is a word")
    func unread() {
        let tokens = self.vocabulary.encode(" Zyzzyva")
        #expect(tokens.count > 1)
        #expect(self.vocabulary.encode(" river").allSatisfy(self.vocabulary.speaks))
    }

    @Test("says only whole UTF-8")
    func wholeText() {
        for index in 1...self.vocabulary.spoken {
            let spelling = self.vocabulary.spelling(of: Token(index))
            #expect(String(validating: spelling, as: UTF8.self) != nil)
        }
    }

    @Test("has every single byte and is the same each time")
    func complete() {
        let again = Vocabulary(documents: Corpus.whole)
        #expect(again.count == self.vocabulary.count)
        #expect(again.encode("Quixotic lock") == self.vocabulary.encode("Quixotic lock"))
        for byte in UInt8.min...0x7F {
            #expect(self.vocabulary.encode(String(Unicode.Scalar(byte))).count == 1)
        }
    }
}
