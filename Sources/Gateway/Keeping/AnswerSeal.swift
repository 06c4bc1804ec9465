import Crypto
import ReleaseModel

/// An answer that an upstream keeps, as an outward identifier leads to it.
struct KeptAnswer: Hashable {
    /// The version that made it.
    let version: VersionID
    /// The endpoint of the version's upstream that made it, and alone knows it.
    let endpoint: EndpointMark
    /// What the upstream calls it.
    let upstreamID: String
}

/// An endpoint of an upstream, as an identifier names it.
///
/// It follows from the endpoint's name alone: it stays the same when others come, go or change their order, and when
/// the endpoint moves to another address. All marks have one length, so that an identifier does not show by its own
/// which endpoint it names.
struct EndpointMark: Hashable {
    static let length = 8
    let bits: UInt64

    init(name: String) {
        self.bits = SHA256.hash(data: Array("sluice endpoint \(name)".utf8)).prefix(Self.length).bigEndian()
    }

    init(bits: UInt64) {
        self.bits = bits
    }
}

/// The outward identifiers of answers that upstreams keep.
///
/// An identifier holds all that leads back to the answer, sealed for the key that asked for it: the version that made
/// it, the endpoint that keeps it, and the upstream's own identifier. So nothing has to be remembered, every gateway of
/// an installation finds the answer, a restart forgets none, and for any other key the identifier opens nothing. It
/// tells nobody which version answered, or where.
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
        let text =
            answer.version.bits.bigEndianBytes + answer.endpoint.bits.bigEndianBytes + Array(answer.upstreamID.utf8)
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
            text.count > Self.versionLength + EndpointMark.length
        else { return nil }
        let behindVersion = text.dropFirst(Self.versionLength)
        return KeptAnswer(
            version: VersionID(bits: text.prefix(Self.versionLength).bigEndian()),
            endpoint: EndpointMark(bits: behindVersion.prefix(EndpointMark.length).bigEndian()),
            upstreamID: String(decoding: behindVersion.dropFirst(EndpointMark.length), as: UTF8.self))
    }

    /// Letters, digits and `. _ - ~`: what a path holds as it is.
    private static func isPlain(_ text: String) -> Bool {
        (1...Self.maximumLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { Base62.value(of: $0) != nil || "._-~".utf8.contains($0) }
    }
}

extension FixedWidthInteger {
    /// Its bytes, the most significant first.
    fileprivate var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}

extension Sequence<UInt8> {
    /// The number that the bytes are, the most significant first.
    fileprivate func bigEndian<Number: FixedWidthInteger>() -> Number {
        self.reduce(0) { $0 << 8 | Number($1) }
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
