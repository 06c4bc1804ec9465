import AccessPolicy
public import Arms
import Crypto
public import ReleaseModel

/// The secrets by which units get their buckets, one for each rollout: its author's own, or else from one secret of the
/// installation.
///
/// HKDF-SHA256 (RFC 5869) over the installation's secret with the rollout's identifier: so nothing is to be kept, and
/// to reveal one tells nothing of another.
public struct RolloutSeeds: Sendable {
    private let secret: SymmetricKey
    /// Those that authors drew themselves.
    var given: [RolloutID: Seed] = [:]

    /// The seeds of an installation.
    ///
    /// - Parameter secret: at least 32 bytes that nobody else knows.
    public init(secret: [UInt8]) {
        self.secret = SymmetricKey(data: secret)
    }

    /// The seed of a rollout.
    public func seed(of rollout: RolloutID) throws(SeedFault) -> Seed {
        if let seed = self.given[rollout] { return seed }
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: self.secret, info: Array("sluice rollout seed 1 \(rollout)".utf8),
            outputByteCount: Seed.byteCount)
        return try Seed(bytes: unsafe key.withUnsafeBytes { unsafe Array($0) })
    }

    /// How the rollout's entries name the accounts whose places they count. It is never revealed, unlike the seed.
    func masking(of rollout: RolloutID) -> AccountMasking {
        AccountMasking(
            key: HKDF<SHA256>.deriveKey(
                inputKeyMaterial: self.secret, info: Array("sluice rollout accounts 1 \(rollout)".utf8),
                outputByteCount: 32))
    }
}
