import Crypto
import ReleaseModel

/// An answer that an upstream keeps, as an outward identifier leads to it.
struct KeptAnswer: Hashable {
    /// The version that made it.
    let version: VersionID
    /// What the upstream calls it.
    let upstreamID: String
}

/// The outward identifiers of answers that upstreams keep.
///
/// An identifier holds all that leads back to the answer, sealed for the key that asked for it: the version that made
/// it and the upstream's own identifier. So nothing has to be remembered, every gateway of an installation finds the
/// answer, a restart forgets none, and for any other key the identifier opens nothing. It tells nobody which version
/// answered.
public struct AnswerSeal: Sendable {
    private static let prefix = "resp_"
    private static let nonceLength = 12
    private static let versionLength = 16
    /// The longest upstream identifier that is sealed.
    static let maximumLength = 128

    private let sealing: SymmetricKey
    private let naming: SymmetricKey

    /// The seal of an installation.
    ///
    /// - Parameter secret: at least 32 bytes that nobody else knows.
    public init(secret: [UInt8]) {
        func derived(_ use: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: secret), info: Array("sluice answer \(use) 1".utf8),
                outputByteCount: 32)
        }
        self.sealing = derived("seal")
        self.naming = derived("nonce")
    }

    /// A seal of this process alone.
    public init() {
        self.sealing = SymmetricKey(size: .bits256)
        self.naming = SymmetricKey(size: .bits256)
    }

    /// The outward identifier. The same answer has the same one for a key, whenever it is asked for.
    ///
    /// An upstream's identifier that could not stand in a path leads nowhere: then the answer cannot be asked for
    /// again.
    func identifier(of answer: KeptAnswer, for key: KeyID) -> String {
        guard Self.isPlain(answer.upstreamID) else { return Self.prefix + "unnamed" }
        var text: [UInt8] = (0..<Self.versionLength).map { place in
            UInt8(truncatingIfNeeded: answer.version.bits >> (8 * (Self.versionLength - 1 - place)))
        }
        text += Array(answer.upstreamID.utf8)
        let owner = Array(key.description.utf8)
        // A nonce that follows from the text, so that it is never used for two.
        let code = HMAC<SHA256>.authenticationCode(for: owner + text, using: self.naming)
        guard let nonce = try? AES.GCM.Nonce(data: Array(code.prefix(Self.nonceLength))),
            let box = try? AES.GCM.seal(text, using: self.sealing, nonce: nonce, authenticating: owner),
            let combined = box.combined
        else { return Self.prefix + "unnamed" }
        return Self.prefix + Base32.text(of: combined)
    }

    /// The answer that an identifier leads this key to; nil if it leads it to none.
    func answer(_ identifier: String, for key: KeyID) -> KeptAnswer? {
        guard identifier.hasPrefix(Self.prefix), identifier.utf8.count <= 512,
            let combined = Base32.bytes(of: identifier.dropFirst(Self.prefix.count)),
            let box = try? AES.GCM.SealedBox(combined: combined),
            let text = try? AES.GCM.open(box, using: self.sealing, authenticating: Array(key.description.utf8)),
            text.count > Self.versionLength
        else { return nil }
        let bits = text.prefix(Self.versionLength).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return KeptAnswer(
            version: VersionID(bits: bits),
            upstreamID: String(decoding: text.dropFirst(Self.versionLength), as: UTF8.self))
    }

    /// Letters, digits and `. _ - ~`: what a path holds as it is.
    private static func isPlain(_ text: String) -> Bool {
        (1...Self.maximumLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { Base62.value(of: $0) != nil || "._-~".utf8.contains($0) }
    }
}

/// Bytes as letters and digits of one case, which survive every path, log and shell.
enum Base32 {
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func text(of bytes: some Sequence<UInt8>) -> String {
        var (text, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(Self.letters[Int(bits >> UInt32(count)) & 31])
            }
            bits &= (1 << UInt32(count)) - 1
        }
        if count > 0 { text.append(Self.letters[Int(bits << UInt32(5 - count)) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text that ``text(of:)`` made; nil for any other.
    static func bytes(of text: some StringProtocol) -> [UInt8]? {
        var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        for letter in text.utf8 {
            guard let value = Self.letters.firstIndex(of: letter) else { return nil }
            bits = bits << 5 | UInt32(value)
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        guard count < 5, bits == 0 else { return nil }
        return bytes
    }
}
