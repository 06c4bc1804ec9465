import Foundation
import Ledger
import Testing

@Suite("Base 64 and base 16")
struct EncodingTests {
    @Test("are those of the system's library", arguments: 0..<200)
    func agrees(count: Int) {
        var dice = Dice(state: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &dice) }
        #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Hexadecimal.encode(bytes) == bytes.map { String(format: "%02x", $0) }.joined())
        #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
    }

    @Test(
        "have one text for a value",
        arguments: [
            "A", "AA", "AAA", "AA=", "AA==A", "AB==", "AAB=", "A===", "====", "AA==\n", "AA_=", "AA-=", "=AAA", "AA=A",
        ])
    func strict(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("refuse capitals and odd lengths of base 16", arguments: ["A", "0", "AB", "0g", "0x00", " 00"])
    func strictHex(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }

    @Test("carry a digest there and back")
    func digests() throws {
        let digest = Digest256.sha256(of: Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest256(hex: digest.hex) == digest)
        #expect(Digest256(base64: digest.base64) == digest)
        #expect(Digest256(bytes: digest.bytes) == digest)
        #expect(unsafe Digest256(([0] + digest.bytes).span.bytes, at: 1) == digest)
        #expect(Digest256(bytes: digest.bytes.dropLast()) == nil)
        #expect(Digest256(hex: digest.hex.uppercased()) == nil)
        #expect(MerkleTree.emptyRoot.base64 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }
}
