import Crypto
import ReleaseModel
import Signals

/// What end users are hashed under where they are counted, so that they can be told apart and not be named.
///
/// It follows from the installation's secret, so an end user is the same one after a restart, and what caps one actor's
/// influence holds over it. In another rollout the same end user is another tag: nobody can follow them.
public struct AccountKey: Sendable {
    private let key: SymmetricKey

    /// The key of an installation.
    ///
    /// - Parameter secret: at least 32 bytes that nobody else knows.
    public init(secret: [UInt8]) {
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Array("sluice account tag 1".utf8), outputByteCount: 32)
    }

    /// A key of this process alone.
    public init() {
        self.key = SymmetricKey(size: .bits256)
    }

    /// The tag of an end user of an application in a rollout.
    func tag(_ account: String, of application: ApplicationID, in rollout: RolloutID) -> AccountTag {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(rollout)/\(application)/\(account)".utf8), using: self.key)
        // The higher byte first, so that a tag is the same on every machine.
        return AccountTag(bits: code.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
