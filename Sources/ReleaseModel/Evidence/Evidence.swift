/// One piece of evidence about a version: a file by its content, what it is said to show, and who judged it.
///
/// It counts for the very version that it was made with, and only as long as it says that it holds. Nothing in it says
/// that a model is safe.
public struct Evidence: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: EvidenceID
    /// The version that it was made with.
    public var version: VersionID
    /// Which of the version's digests it was made with; nil is the version as a whole.
    public var subject: ContentDigest?
    /// What kind of evidence it is, as gates name it.
    public var kind: Name
    /// The file, by content.
    public var file: ContentDigest
    /// How it was made.
    public var method: String
    /// Who made it.
    public var issuer: String
    /// What it does not show.
    public var limits: String
    /// When it was made.
    public var madeAt: Timestamp
    /// From when on it holds no more.
    public var validUntil: Timestamp
    /// Who attached it; somebody else judges it.
    public var by: PersonID
    /// When it was attached.
    public var attached: Timestamp
    /// What another person found; nil while nobody has judged it.
    public var review: Review?
    /// Who took it back; nil if nobody did.
    public var withdrawal: Withdrawal?

    /// Evidence with all its fields.
    public init(
        id: EvidenceID, version: VersionID, subject: ContentDigest? = nil, kind: Name, file: ContentDigest,
        method: String, issuer: String, limits: String, madeAt: Timestamp, validUntil: Timestamp, by: PersonID,
        attached: Timestamp, review: Review? = nil, withdrawal: Withdrawal? = nil
    ) {
        self.id = id
        self.version = version
        self.subject = subject
        self.kind = kind
        self.file = file
        self.method = method
        self.issuer = issuer
        self.limits = limits
        self.madeAt = madeAt
        self.validUntil = validUntil
        self.by = by
        self.attached = attached
        self.review = review
        self.withdrawal = withdrawal
    }

    enum CodingKeys: String, CodingKey {
        case id, version, subject, kind, file, method, issuer, limits
        case madeAt = "made_at"
        case validUntil = "valid_until"
        case by, attached, review, withdrawal
    }

    /// What somebody other than the attacher found.
    public struct Review: Codable, Hashable, Sendable {
        /// Whether it is enough.
        public enum Verdict: String, Codable, CaseIterable, Hashable, Sendable {
            case accepted, refused
        }

        /// Whether it is enough.
        public var verdict: Verdict
        /// Who judged.
        public var by: PersonID
        /// When.
        public var at: Timestamp
        /// Why.
        public var reasons: String

        /// A review with all its fields.
        public init(verdict: Verdict, by: PersonID, at: Timestamp, reasons: String) {
            self.verdict = verdict
            self.by = by
            self.at = at
            self.reasons = reasons
        }
    }

    /// That it was taken back.
    public struct Withdrawal: Codable, Hashable, Sendable {
        /// Who took it back.
        public var by: PersonID
        /// When.
        public var at: Timestamp
        /// Why.
        public var reason: String

        /// A withdrawal with all its fields.
        public init(by: PersonID, at: Timestamp, reason: String) {
            self.by = by
            self.at = at
            self.reason = reason
        }
    }
}

extension Evidence {
    /// Where evidence is in its life.
    public enum State: String, Codable, CaseIterable, Hashable, Sendable {
        /// Nobody has judged it.
        case submitted
        /// Another person found it to be enough.
        case accepted
        /// Another person found that it is not enough.
        case refused
        /// It was taken back.
        case withdrawn
        /// Its time is over.
        case expired

        /// Whether gates still count it.
        public var isLive: Bool { self == .submitted || self == .accepted }
    }

    /// Where it is at a moment. What people decided goes before what the clock says.
    public func state(at now: Timestamp) -> State {
        if self.withdrawal != nil { return .withdrawn }
        if self.review?.verdict == .refused { return .refused }
        if now >= self.validUntil { return .expired }
        return self.review == nil ? .submitted : .accepted
    }
}
