import AccessPolicy
import Crypto
import ReleaseModel

/// An application with 10,000 keys in force and 10,000 revoked ones, and texts of keys that open nothing.
struct House {
    /// What ends the measurement.
    struct Wrong: Error, CustomStringConvertible {
        var what: String
        var description: String { self.what }
    }

    private static let count = 10_000

    let now = Timestamp(milliseconds: 1_800_000_000_000)
    var random = SplitMix()
    private(set) var snapshot: Snapshot
    private var inForce: [KeyText] = []
    private var revoked: [KeyText] = []
    /// As many texts of each kind, so that none is seen more often than another.
    private var texts: [[[UInt8]]] = []

    init() throws {
        var registry = Registry()
        guard let name = Name("timed") else { throw Wrong(what: "no name") }
        let application = Application(id: ApplicationID(bits: 1), name: name, organisation: nil, added: self.now)
        registry.apply(ControlEntry(at: self.now, by: .host, event: .applicationAdded(application)))
        for number in 0..<2 * Self.count {
            let text = KeyText(kind: .api, using: &self.random)
            guard let shown = Self.shown(text.secretText[...]) else { throw Wrong(what: "no key") }
            let key = Key(
                id: text.id, kind: .api, digest: shown.digest, owner: .application(application.id), issued: self.now)
            registry.apply(ControlEntry(at: self.now, by: .host, event: .keyIssued(key)))
            if number % 2 == 0 {
                self.inForce.append(text)
            } else {
                let revocation = RevokeKey(key: text.id, reason: "timed")
                registry.apply(ControlEntry(at: self.now, by: .host, event: .keyRevoked(revocation)))
                self.revoked.append(text)
            }
        }
        self.snapshot = Snapshot(registry: registry, asOf: self.now)
        guard let shown = Self.shown(self.inForce[0].secretText[...]),
            self.snapshot.authenticate(shown, at: self.now) != nil
        else { throw Wrong(what: "a key in force was not let in") }
        for kind in KeyTiming.Kind.allCases {
            var texts: [[UInt8]] = []
            for number in 0..<Self.count { texts.append(self.newText(of: kind, number)) }
            self.texts.append(texts)
        }
    }

    /// The text of a key that opens nothing, for this reason.
    mutating func text(of kind: KeyTiming.Kind) -> [UInt8] {
        self.texts[kind.rawValue][Int.random(in: 0..<Self.count, using: &self.random)]
    }

    private mutating func newText(of kind: KeyTiming.Kind, _ number: Int) -> [UInt8] {
        switch kind {
        case .unknown: return KeyText(kind: .api, using: &self.random).secretText
        case .revoked: return self.revoked[number].secretText
        case .wrongSecret:
            let secret = KeyText(kind: .api, using: &self.random).secretText
            return Array(self.inForce[number].secretText[..<12] + secret[12...])
        case .otherKind:
            return Array("slr".utf8) + self.inForce[number].secretText[3...]
        }
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
