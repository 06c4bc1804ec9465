import Crypto

/// An algorithm with what it hashes beside the unit: all that is needed to say where a unit falls.
public enum Bucketing: Sendable {
    /// Ours, under a secret seed.
    case hmacSHA256MulShift(Seed)
    /// flagd: `flag` ‖ unit.
    case murmur3MulShift(flag: String)
    /// A rollout of Unleash: `group` ‖ `:` ‖ unit.
    case murmur3Modulo100(group: String)
    /// Variants of Unleash: `group` ‖ `:` ‖ unit.
    case murmur3Modulo1000(group: String)
    /// GrowthBook, version 1: unit ‖ `seed`.
    case fnv1aModulo1000(seed: String)
    /// GrowthBook, version 2: `seed` ‖ unit, and the decimal digits of that hash once more.
    case fnv1aModulo10000(seed: String)
    /// LaunchDarkly: `prefix` ‖ `.` ‖ unit. The prefix is the flag's key, a point and its salt; in an experiment, its
    /// seed.
    case sha1Share(prefix: String)
    /// Statsig: `spec` ‖ `.` ‖ `rule` ‖ `.` ‖ unit, both by their salts.
    case sha256Modulo10000(spec: String, rule: String)
    /// Flagsmith: `segment` ‖ `,` ‖ unit.
    case md5Modulo9999(segment: String)

    /// The algorithm by its name.
    public var algorithm: BucketingAlgorithm {
        switch self {
        case .hmacSHA256MulShift: .hmacSHA256MulShift
        case .murmur3MulShift: .murmur3MulShift
        case .murmur3Modulo100: .murmur3Modulo100
        case .murmur3Modulo1000: .murmur3Modulo1000
        case .fnv1aModulo1000: .fnv1aModulo1000
        case .fnv1aModulo10000: .fnv1aModulo10000
        case .sha1Share: .sha1Share
        case .sha256Modulo10000: .sha256Modulo10000
        case .md5Modulo9999: .md5Modulo9999
        }
    }

    /// The algorithm of this name, with the seed or the texts (``BucketingAlgorithm/salts``) that it takes.
    public init(_ algorithm: BucketingAlgorithm, seed: Seed? = nil, salts: [String] = []) throws(BucketingFault) {
        guard salts.count == algorithm.salts.count else {
            throw .otherSalts(algorithm, found: salts.count)
        }
        switch algorithm {
        case .hmacSHA256MulShift:
            guard let seed else { throw .seedMissing }
            self = .hmacSHA256MulShift(seed)
        case .murmur3MulShift: self = .murmur3MulShift(flag: salts[0])
        case .murmur3Modulo100: self = .murmur3Modulo100(group: salts[0])
        case .murmur3Modulo1000: self = .murmur3Modulo1000(group: salts[0])
        case .fnv1aModulo1000: self = .fnv1aModulo1000(seed: salts[0])
        case .fnv1aModulo10000: self = .fnv1aModulo10000(seed: salts[0])
        case .sha1Share: self = .sha1Share(prefix: salts[0])
        case .sha256Modulo10000: self = .sha256Modulo10000(spec: salts[0], rule: salts[1])
        case .md5Modulo9999: self = .md5Modulo9999(segment: salts[0])
        }
    }
}

extension Bucketing {
    /// Where a unit falls, in the algorithm's own numbers; `nil` for a text that is no unit.
    ///
    /// | algorithm | a position is |
    /// |---|---|
    /// | ours, flagd | a whole number from 0 to 999,999: the bucket of a million |
    /// | Unleash | a whole number from 1 to 100, of its variants from 1 to 1000 |
    /// | GrowthBook, LaunchDarkly | a share from 0 to 1 |
    /// | Statsig | a whole number from 0 to 9999 |
    /// | Flagsmith | a percentage from 0 to below 100 |
    ///
    /// The empty text is never a unit. Ours takes the UTF-8 bytes of a text in normalisation form C and nothing else:
    /// a text in another form, which a reader cannot tell from it, is refused instead of given a bucket of its own, and
    /// so is one with a zero, which keeps units apart from what a ``Lottery`` hashes. The others take a text as it
    /// is, GrowthBook as UTF-16 and the rest as UTF-8.
    public func position(of unit: String) -> Double? {
        guard !unit.isEmpty else { return nil }
        switch self {
        case .hmacSHA256MulShift(let seed):
            return Self.bucket(of: unit, under: seed).map { Double($0) }
        case .murmur3MulShift(let flag):
            return Double((UInt64(Murmur3.hash(flag + unit)) * UInt64(Weight.whole)) >> 32)
        case .murmur3Modulo100(let group):
            return Double(Murmur3.hash("\(group):\(unit)") % 100 + 1)
        case .murmur3Modulo1000(let group):
            return Double(Murmur3.hash("\(group):\(unit)", seed: 86_028_157) % 1_000 + 1)
        case .fnv1aModulo1000(let seed):
            return Double(FNV1a.hash(unit + seed) % 1_000) / 1_000
        case .fnv1aModulo10000(let seed):
            return Double(FNV1a.hash(String(FNV1a.hash(seed + unit))) % 10_000) / 10_000
        case .sha1Share(let prefix):
            let word = Self.firstWord(of: Insecure.SHA1.hash(data: Array("\(prefix).\(unit)".utf8)))
            return Double(Float(word >> 4) / Float(UInt64(1) << 60 - 1))
        case .sha256Modulo10000(let spec, let rule):
            let word = Self.firstWord(of: SHA256.hash(data: Array("\(spec).\(rule).\(unit)".utf8)))
            return Double(word % 10_000)
        case .md5Modulo9999(let segment):
            return Self.percentage(of: [segment, unit])
        }
    }

    private static func bucket(of unit: String, under seed: Seed) -> UInt64? {
        var bytes = unit.utf8Span
        guard bytes.checkForNFC(quickCheck: false) else { return nil }
        let span = bytes.span
        for index in span.indices where span[index] == 0 { return nil }
        return seed.word(of: span).multipliedFullWidth(by: UInt64(Weight.whole)).high
    }

    /// The first eight bytes of a digest as a number, big-endian.
    private static func firstWord(of digest: some Digest) -> UInt64 {
        digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Flagsmith hashes the identifiers once, and once more for every time that exactly 100 comes out, which is to be
    /// excluded.
    private static func percentage(of identifiers: [String]) -> Double {
        var hashed = identifiers
        while true {
            let remainder = Insecure.MD5.hash(data: Array(hashed.joined(separator: ",").utf8))
                .reduce(0) { ($0 * 256 + Int($1)) % 9_999 }
            let percentage = Double(remainder) / 9_998 * 100
            if percentage < 100 { return percentage }
            hashed += identifiers
        }
    }
}

/// Why an algorithm cannot be used with what was given.
public enum BucketingFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Our own algorithm needs a seed.
    case seedMissing
    /// The algorithm takes other texts than were given.
    case otherSalts(BucketingAlgorithm, found: Int)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .seedMissing: "bucketing_seed_missing"
        case .otherSalts: "bucketing_salts"
        }
    }

    /// What was expected.
    public var description: String {
        switch self {
        case .seedMissing:
            "\(BucketingAlgorithm.hmacSHA256MulShift.rawValue) needs a seed; commit to one in the plan"
        case .otherSalts(let algorithm, let found):
            "\(algorithm.rawValue) takes \(algorithm.salts.count) texts (\(algorithm.salts.joined(separator: ", "))), "
                + "found \(found)"
        }
    }
}
