public import Crypto
public import StageControl

/// How accounts are written down where people are counted: as a text under a secret, alike for the same account in
/// every process and after every start, that tells nobody who it is.
public struct AccountMasking: Sendable {
    private let key: SymmetricKey

    /// Masking under a key of the rollout's own, so that nobody is followed from one rollout to another.
    public init(key: SymmetricKey) {
        self.key = key
    }

    /// The unit with its account masked: the first 16 bytes of HMAC-SHA256 over the unit's text, in hexadecimal. An
    /// application stays as it is.
    public func masked(_ unit: AudienceUnit) -> AudienceUnit? {
        guard unit.account != nil else { return unit }
        let code = HMAC<SHA256>.authenticationCode(for: Array(unit.description.utf8), using: self.key)
        let text = code.prefix(16).reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
        return AudienceUnit(unit.application, account: text)
    }
}
