/// How units are divided, by the name that a plan pins. The raw value is public and never renamed.
///
/// Only the first is keyed. With every other one, who can choose identifiers can choose ones that come first; they are
/// here so that a rollout that began elsewhere goes on with the same units on the same arms.
public enum BucketingAlgorithm: String, CaseIterable, Codable, Hashable, Sendable {
    /// Ours: HMAC-SHA256 of the unit under a secret ``Seed``, its first 64 bits scaled to a million without bias.
    case hmacSHA256MulShift = "hmac-sha256-mulshift-v1"
    /// `fractional` of flagd, second generation: MurmurHash3 scaled to the sum of the weights.
    case murmur3MulShift = "murmur3-mulshift-v2"
    /// The rollout strategies of Unleash: MurmurHash3 modulo 100.
    case murmur3Modulo100 = "murmur3-mod100"
    /// The variants of Unleash: MurmurHash3 under a seed of its own, modulo the usual sum of weights, 1000.
    case murmur3Modulo1000 = "murmur3-mod1000"
    /// GrowthBook's first hash version: FNV-1a modulo 1000. Known to be uneven.
    case fnv1aModulo1000 = "fnv1a-mod1000-v1"
    /// GrowthBook's second hash version: FNV-1a twice, modulo 10,000.
    case fnv1aModulo10000 = "fnv1a-mod10000-v2"
    /// The percentage rollouts of LaunchDarkly: 60 bits of SHA-1 as a 32-bit floating-point share.
    case sha1Share = "sha1-float32"
    /// The pass percentage of Statsig: 64 bits of SHA-256 modulo 10,000.
    case sha256Modulo10000 = "sha256-mod10000"
    /// The percentage split of Flagsmith: MD5 modulo 9999.
    case md5Modulo9999 = "md5-mod9999"

    /// The names of the texts that the algorithm hashes beside the unit, in their order; our own takes a seed instead.
    public var salts: [String] {
        switch self {
        case .hmacSHA256MulShift: []
        case .murmur3MulShift: ["flag"]
        case .murmur3Modulo100, .murmur3Modulo1000: ["group"]
        case .fnv1aModulo1000, .fnv1aModulo10000: ["seed"]
        case .sha1Share: ["prefix"]
        case .sha256Modulo10000: ["spec", "rule"]
        case .md5Modulo9999: ["segment"]
        }
    }

    /// Whether a unit at this position (``Bucketing/position(of:)``) is in at this weight.
    ///
    /// In the arithmetic of the algorithm's own product, floating point where that is what it does, so that the answer
    /// is the same for every percentage. Nobody is in at no weight and everybody at the whole, which some of them
    /// leave to another part of their rules.
    public func admits(_ position: Double, at weight: Weight) -> Bool {
        guard weight != .none else { return false }
        guard weight != .all else { return true }
        let millionths = Double(weight.millionths)
        let percent = millionths / 10_000
        return switch self {
        case .hmacSHA256MulShift, .murmur3MulShift: position < millionths
        case .murmur3Modulo100, .md5Modulo9999: position <= percent
        case .murmur3Modulo1000: position * 1_000 <= millionths
        case .fnv1aModulo1000, .fnv1aModulo10000: position <= millionths / 1_000_000
        case .sha1Share: Float(position) < Float(weight.millionths) / 1_000_000
        case .sha256Modulo10000: position < percent * 100
        }
    }
}
