/// Takes a grant back at once.
public struct RevokeGrant: Codable, Hashable, Sendable {
    /// The grant.
    public var grant: GrantID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(grant: GrantID, reason: String) {
        self.grant = grant
        self.reason = reason
    }
}

/// Registers a key that its holder made: only its public part and digest are ever sent.
public struct IssueKey: Codable, Hashable, Sendable {
    /// Whom it speaks for.
    public var owner: KeyOwner
    /// What it opens.
    public var kind: KeyKind
    /// The public part.
    public var key: KeyID
    /// The SHA-256 of the whole key.
    public var digest: ContentDigest
    /// What it is used for; `operational` if left out.
    public var intent: Intent?
    /// In front of whom; `real` if left out.
    public var exposure: Exposure?
    /// The declared use.
    public var use: Name?
    /// Until when.
    public var expires: Timestamp?

    /// The command with all its fields.
    public init(
        owner: KeyOwner, kind: KeyKind = .api, key: KeyID, digest: ContentDigest, intent: Intent? = nil,
        exposure: Exposure? = nil, use: Name? = nil, expires: Timestamp? = nil
    ) {
        self.owner = owner
        self.kind = kind
        self.key = key
        self.digest = digest
        self.intent = intent
        self.exposure = exposure
        self.use = use
        self.expires = expires
    }
}

/// Takes a key back at once.
public struct RevokeKey: Codable, Hashable, Sendable {
    /// The key.
    public var key: KeyID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(key: KeyID, reason: String) {
        self.key = key
        self.reason = reason
    }
}

/// Publishes a version of a policy or licence that grants can require.
public struct PublishTerms: Codable, Hashable, Sendable {
    /// Such as `usage-policy`.
    public var name: Name
    /// Such as `2026-11`.
    public var version: Name
    /// The text, by content.
    public var digest: ContentDigest
    /// Where it can be read.
    public var url: String

    /// The command with all its fields.
    public init(name: Name, version: Name, digest: ContentDigest, url: String) {
        self.name = name
        self.version = version
        self.digest = digest
        self.url = url
    }
}

/// Accepts terms for an application. Only the application's own key can.
public struct AcceptTerms: Codable, Hashable, Sendable {
    /// What is accepted.
    public var terms: TermsID
    /// For which application.
    public var application: ApplicationID

    /// The command with all its fields.
    public init(terms: TermsID, application: ApplicationID) {
        self.terms = terms
        self.application = application
    }
}

/// Approves what another person proposed, exactly as it was seen.
public struct ApproveProposal: Codable, Hashable, Sendable {
    /// The proposal.
    public var proposal: ProposalID
    /// The digest of the command that was seen.
    public var digest: ContentDigest

    /// The command with all its fields.
    public init(proposal: ProposalID, digest: ContentDigest) {
        self.proposal = proposal
        self.digest = digest
    }
}

/// Ends a proposal; its proposer withdraws it, an approver turns it down.
public struct RejectProposal: Codable, Hashable, Sendable {
    /// The proposal.
    public var proposal: ProposalID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(proposal: ProposalID, reason: String) {
        self.proposal = proposal
        self.reason = reason
    }
}
