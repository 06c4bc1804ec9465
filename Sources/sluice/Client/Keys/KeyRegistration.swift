import ArgumentParser
import Crypto
import ReleaseModel

/// What a server is told of a key: kind, public part and SHA-256, written `slp_XXXXXXXX:sha256:…`. It is no secret.
struct KeyRegistration: Hashable, Sendable, CustomStringConvertible {
    var kind: KeyKind
    var id: KeyID
    /// The SHA-256 of the whole key's text.
    var digest: ContentDigest

    /// What a registration has to look like, for messages.
    static let rule = "a registration such as slp_XXXXXXXX:sha256:…, as 'sluice key new' prints it"

    /// The registration of a key.
    init(of key: KeyText) {
        guard let digest = ContentDigest(bytes: SHA256.hash(data: key.secretText)) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        self.kind = key.kind
        self.id = key.id
        self.digest = digest
    }

    /// Reads a registration; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let digest = ContentDigest(String(parts[1])) else { return nil }
        let front = parts[0].split(separator: "_", omittingEmptySubsequences: false)
        guard front.count == 2, let kind = KeyKind(rawValue: String(front[0])), let id = KeyID(front[1].utf8) else {
            return nil
        }
        self.kind = kind
        self.id = id
        self.digest = digest
    }

    /// The registration that an option says.
    ///
    /// A whole key is refused without being repeated. Not for `transform:`, for the parser repeats what it refuses.
    static func option(_ text: String) throws -> KeyRegistration {
        if KeyText(text.utf8) != nil {
            throw ValidationError("that is the key itself, which nobody but its holder may see; give \(Self.rule)")
        }
        guard let registration = KeyRegistration(text) else { throw ValidationError("'\(text)' is not \(Self.rule)") }
        return registration
    }

    /// The text form.
    var description: String { "\(self.kind.rawValue)_\(self.id):\(self.digest)" }
}
