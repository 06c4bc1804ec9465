import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("A content digest")
struct ContentDigestTests {
    @Test("reads back from its text, its bytes and its JSON")
    func roundTrip() {
        repeated(seeds: 500) { _, generator in
            let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let digest = try #require(ContentDigest(bytes: bytes))
            try #require(digest.bytes == bytes)
            try #require(digest.description.utf8.count == 71)
            try #require(ContentDigest(digest.description) == digest)
            try #require(try JSONValue(encoding: digest).decoded(as: ContentDigest.self) == digest)
        }
    }

    @Test("is 32 bytes", arguments: [0, 1, 31, 33, 64])
    func length(_ count: Int) {
        #expect(ContentDigest(bytes: repeatElement(0, count: count)) == nil)
    }

    @Test("has one text form")
    func forms() throws {
        let zeros = String(repeating: "0", count: 62)
        let digest = try #require(ContentDigest("sha256:" + zeros + "ff"))
        #expect(digest.bytes.last == 255 && digest.bytes.dropLast().allSatisfy { $0 == 0 })
        for text in [
            zeros + "ff", "sha256:\(zeros)FF", "SHA256:\(zeros)ff", "sha256:\(zeros)", "sha512:\(zeros)ff",
            "sha256:\(zeros)fff", "sha256:\(zeros)fg", " sha256:\(zeros)ff", "sha256: \(zeros)f", "",
            "sha256:\(zeros)\u{E9}",
        ] {
            #expect(ContentDigest(text) == nil, "\(text)")
        }
    }
}
