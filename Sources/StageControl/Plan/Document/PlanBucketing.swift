public import ReleaseModel

/// How it is decided who is in: everybody has a bucket that never changes, and a stage opens the lowest ones.
///
/// So a wider stage keeps everybody whom a narrower one let in.
public struct PlanBucketing: Hashable, Sendable {
    /// Who has a bucket. The unit of bucketing is the unit of analysis too: evidence by request would count one eager
    /// caller many times.
    public enum Unit: String, CaseIterable, Hashable, Sendable {
        /// The application.
        case application
        /// The end user of an application, as the request names one.
        case account
    }

    /// How a bucket follows from a unit. Fixed for the life of a plan.
    public enum Algorithm: String, CaseIterable, Hashable, Sendable {
        /// `(u64(HMAC-SHA256(seed, unit)[0..8]) × resolution) >> 64`
        case hmac = "hmac-sha256-mulshift-v1"
        /// The second generation of flagd's `fractional`, for comparison with it.
        case murmurMulshift = "murmur3-mulshift-v2"
        /// Unleash's, for comparison with it.
        case murmurModulo = "murmur3-mod100"

        /// Whether a secret seed is part of it. If not, whoever can make accounts can choose their bucket.
        public var isKeyed: Bool { self == .hmac }
    }

    /// What a request without a unit gets. Never chance, which would let one caller try again until they are in.
    public enum UnitMissing: String, CaseIterable, Hashable, Sendable {
        case baseline
    }

    /// What holds a unit to its bucket.
    public struct Stickiness: Hashable, Sendable {
        /// What a request without a unit gets.
        public let onUnitMissing: UnitMissing

        /// A rule for requests without a unit.
        public init(onUnitMissing: UnitMissing = .baseline) { self.onUnitMissing = onUnitMissing }
    }

    /// Who has a bucket.
    public let unit: Unit
    /// How a bucket follows from a unit.
    public let algorithm: Algorithm
    /// The number of buckets, from 100 to 1,000,000.
    public let resolution: Int
    /// The SHA-256 of the seed, published before and checked when the seed is revealed at the end.
    public let seedCommitment: ContentDigest?
    /// What holds a unit to its bucket.
    public let stickiness: Stickiness

    /// A bucketing with all its fields.
    public init(
        unit: Unit = .application, algorithm: Algorithm = .hmac, resolution: Int = 1_000_000,
        seedCommitment: ContentDigest? = nil, stickiness: Stickiness = Stickiness()
    ) {
        self.unit = unit
        self.algorithm = algorithm
        self.resolution = resolution
        self.seedCommitment = seedCommitment
        self.stickiness = stickiness
    }
}

extension PlanBucketing {
    static let form = Form<Self>.object(
        Self.init,
        Field("unit", \.unit, .word(), default: .application),
        Field("algorithm", \.algorithm, .word(), default: .hmac),
        Field("resolution", \.resolution, .count(100...1_000_000), default: 1_000_000),
        Field("seedCommitment", \.seedCommitment, optional: .digest),
        Field("stickiness", \.stickiness, Stickiness.form, default: Stickiness()))
}

extension PlanBucketing.Stickiness {
    static let form = Form<Self>.object(
        Self.init, Field("onUnitMissing", \.onUnitMissing, .word(), default: .baseline))
}

extension Form where Value == ContentDigest {
    /// A SHA-256.
    static let digest = Form.text("sha256: and 64 hexadecimal digits in lower case")
}
