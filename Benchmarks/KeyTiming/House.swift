import AccessPolicy
import Crypto
import ReleaseModel

/// An application with as many keys in force as revoked ones, and texts of keys that open nothing, each for one use.
///
/// A key that is looked up twice lies in the same place twice, and what that place costs would count as if the kind of
/// key had cost it. So no key is looked up more than once, and there are many houses.
struct House {
    /// What ends the measurement.
    struct Wrong: Error, CustomStringConvertible {
        var what: String
        var description: String { self.what }
    }

    let now: Timestamp
    let snapshot: Snapshot
    /// The texts of all samples, one behind the other, so that none lies better than another; and their kinds.
    private(set) var texts: [UInt8] = []
    private(set) var kinds: [KeyTiming.Kind] = []

    /// - Parameter count: how many keys there are of each kind.
    init(count: Int, using random: inout SplitMix) throws {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        var registry = Registry()
        guard let name = Name("timed") else { throw Wrong(what: "no name") }
        let application = Application(id: ApplicationID(bits: 1), name: name, organisation: nil, added: now)
        registry.apply(ControlEntry(at: now, by: .host, event: .applicationAdded(application)))
        // Of keys in force there are two kinds of twins: one with another secret, and one of another kind.
        let inForce = try (0..<2 * count).map { _ in try Self.issue(to: application, at: now, &registry, &random) }
        let revoked = try (0..<count).map { _ in
            let key = try Self.issue(to: application, at: now, &registry, &random)
            let revocation = RevokeKey(key: key.id, reason: "timed")
            registry.apply(ControlEntry(at: now, by: .host, event: .keyRevoked(revocation)))
            return key
        }
        self.now = now
        self.snapshot = Snapshot(registry: registry, asOf: now)
        guard let shown = Self.shown(inForce[0].secretText[...]),
            self.snapshot.authenticate(shown, at: now) != nil
        else { throw Wrong(what: "a key in force was not let in") }
        var places = KeyTiming.Kind.allCases.flatMap { kind in (0..<count).map { (kind, $0) } }
        places.shuffle(using: &random)
        self.texts.reserveCapacity(places.count * KeyText.length)
        for (kind, number) in places {
            self.kinds.append(kind)
            switch kind {
            case .unknown: self.texts += KeyText(kind: .api, using: &random).secretText
            case .revoked: self.texts += revoked[number].secretText
            case .wrongSecret:
                self.texts += inForce[number].secretText[..<12]
                self.texts += KeyText(kind: .api, using: &random).secretText[12...]
            case .otherKind:
                self.texts += "slr".utf8
                self.texts += inForce[count + number].secretText[3...]
            }
        }
    }

    private static func issue(
        to application: Application, at now: Timestamp, _ registry: inout Registry, _ random: inout SplitMix
    ) throws -> KeyText {
        let text = KeyText(kind: .api, using: &random)
        guard let shown = Self.shown(text.secretText[...]) else { throw Wrong(what: "no key") }
        let key = Key(id: text.id, kind: .api, digest: shown.digest, owner: .application(application.id), issued: now)
        registry.apply(ControlEntry(at: now, by: .host, event: .keyIssued(key)))
        return text
    }

    /// A key as it is shown, hashed as the gateway hashes it.
    static func shown(_ text: ArraySlice<UInt8>) -> PresentedKey? {
        guard let id = KeyID(text[(text.startIndex + 4)..<(text.startIndex + 12)]) else { return nil }
        var hash = SHA256()
        unsafe text.withUnsafeBytes { bytes in unsafe hash.update(bufferPointer: bytes) }
        return ContentDigest(bytes: hash.finalize()).map { PresentedKey(id: id, digest: $0) }
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014), always from the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64 = 20_261_122

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
