/// One version of a policy or licence that is accepted or not.
public struct Terms: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: TermsID
    /// The name, such as `usage-policy`.
    public var name: Name
    /// Which version of it, such as `2026-11`.
    public var version: Name
    /// The text, by content.
    public var digest: ContentDigest
    /// Where it can be read.
    public var url: String
    /// Since when.
    public var published: Timestamp

    /// Terms with all their fields.
    public init(id: TermsID, name: Name, version: Name, digest: ContentDigest, url: String, published: Timestamp) {
        self.id = id
        self.name = name
        self.version = version
        self.digest = digest
        self.url = url
        self.published = published
    }
}

/// That an application's side accepted terms, whoever said so.
public struct Acceptance: Codable, Hashable, Sendable {
    /// What was accepted.
    public var terms: TermsID
    /// For which application.
    public var application: ApplicationID
    /// When.
    public var accepted: Timestamp

    /// An acceptance with all its fields.
    public init(terms: TermsID, application: ApplicationID, accepted: Timestamp) {
        self.terms = terms
        self.application = application
        self.accepted = accepted
    }
}
