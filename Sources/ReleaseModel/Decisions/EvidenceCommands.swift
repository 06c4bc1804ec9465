/// Attaches a file that is kept here to a version as evidence. It opens nothing until somebody else accepts it.
public struct AttachEvidence: Codable, Hashable, Sendable {
    /// The version that it was made with.
    public var version: VersionID
    /// Which of the version's digests it was made with, if one of them.
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

    /// The command with all its fields.
    public init(
        version: VersionID, subject: ContentDigest? = nil, kind: Name, file: ContentDigest, method: String,
        issuer: String, limits: String, madeAt: Timestamp, validUntil: Timestamp
    ) {
        self.version = version
        self.subject = subject
        self.kind = kind
        self.file = file
        self.method = method
        self.issuer = issuer
        self.limits = limits
        self.madeAt = madeAt
        self.validUntil = validUntil
    }

    enum CodingKeys: String, CodingKey {
        case version, subject, kind, file, method, issuer, limits
        case madeAt = "made_at"
        case validUntil = "valid_until"
    }
}

/// Says what a person other than the attacher found in evidence. It is said once.
public struct ReviewEvidence: Codable, Hashable, Sendable {
    /// The evidence.
    public var evidence: EvidenceID
    /// The file that was looked at, by content.
    public var file: ContentDigest
    /// Why it is enough, or is not.
    public var reasons: String

    /// The command with all its fields.
    public init(evidence: EvidenceID, file: ContentDigest, reasons: String) {
        self.evidence = evidence
        self.file = file
        self.reasons = reasons
    }
}

/// Takes evidence back at once, whoever attached or accepted it. What stands on it holds.
public struct WithdrawEvidence: Codable, Hashable, Sendable {
    /// The evidence.
    public var evidence: EvidenceID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(evidence: EvidenceID, reason: String) {
        self.evidence = evidence
        self.reason = reason
    }
}
