import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("The text of a key")
struct KeyTextTests {
    @Test("reads back, with its kind and its identifier", arguments: KeyKind.allCases)
    func roundTrip(_ kind: KeyKind) {
        repeated(seeds: 300) { _, generator in
            let key = KeyText(kind: kind, using: &generator)
            let read = try #require(KeyText(key.secretText))
            try #require(read.kind == kind && read.id == key.id && read.secretText == key.secretText)
            let text = String(decoding: key.secretText, as: UTF8.self)
            try #require(text.utf8.count == KeyText.length && text.hasPrefix("\(kind.rawValue)_\(key.id)_"))
        }
    }

    @Test("ends in the CRC-32 that everybody else computes")
    func checksum() {
        // zlib.crc32 of the first 43 letters is 0xC7FD2769, in base 62 the last six.
        let text = "slk_AbCdEfGh_0123456789ABCDEFGHIJKLMNOPQRST" + "3f4JXF"
        #expect(KeyText(Array(text.utf8)) != nil)
    }

    @Test("is refused with any single letter changed to any other")
    func wrongLetter() {
        var generator = SeededGenerator(seed: 3)
        for kind in KeyKind.allCases {
            let key = KeyText(kind: kind, using: &generator).secretText
            for place in key.indices {
                for letter in UInt8.min...UInt8.max where letter != key[place] {
                    var wrong = key
                    wrong[place] = letter
                    #expect(KeyText(wrong) == nil, "letter \(letter) at \(place)")
                }
            }
        }
    }

    @Test("is refused with two neighbours swapped, a letter lost, or one too many")
    func otherErrors() {
        repeated(seeds: 200) { _, generator in
            let key = KeyText(kind: .api, using: &generator).secretText
            let place = Int.random(in: 0..<key.count - 1, using: &generator)
            var (swapped, shorter, longer) = (key, key, key)
            swapped.swapAt(place, place + 1)
            shorter.remove(at: place)
            longer.insert(UInt8(ascii: "a"), at: place)
            try #require(swapped == key || KeyText(swapped) == nil)
            try #require(KeyText(shorter) == nil && KeyText(longer) == nil)
        }
        #expect(KeyText([]) == nil)
    }

    @Test("is never part of a description")
    func secrecy() throws {
        var generator = SeededGenerator(seed: 5)
        let key = KeyText(kind: .api, using: &generator)
        let secret = String(decoding: key.secretText, as: UTF8.self).suffix(36)
        let bytes = key.secretText.suffix(36).map { "\($0)" }.joined(separator: ", ")
        var dumped = ""
        dump(key, to: &dumped)
        let children = Mirror(reflecting: key).children.map { "\($0.value)" }
        let shown = ["\(key)", String(reflecting: key), "\([key])", "\(Optional(key) as Any)", dumped] + children
        for text in shown {
            #expect(!text.contains(secret))
            #expect(!text.contains(bytes))
        }
    }

    @Test(
        "has an identifier of eight letters or digits",
        arguments: ["", "short", "ninelette", "with-das", "with spa", "äöüß"])
    func identifiers(_ text: String) {
        #expect(KeyID(text.utf8) == nil)
        #expect(throws: JSONCodingFault.self) { try JSONValue.string(text).decoded(as: KeyID.self) }
    }

    @Test("opens weights only as a download, and nothing as a person")
    func kinds() {
        for kind in KeyKind.allCases {
            let opened = Set(Modality.allCases.filter(kind.opens))
            switch kind {
            case .person: #expect(opened.isEmpty)
            case .download: #expect(opened == [.weights])
            case .api, .research, .service: #expect(opened == Set(Modality.allCases).subtracting([.weights]))
            }
        }
    }
}
