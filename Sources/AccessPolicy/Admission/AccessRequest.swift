public import ReleaseModel

/// What admission is told about a request: everything that a grant can speak about, and nothing else.
///
/// No part of it comes from a request header but the key: headers can not widen anything.
public struct AccessRequest: Hashable, Sendable {
    /// The key as it was presented: its public part and the SHA-256 of all of it.
    public var key: PresentedKey
    /// The model's or version's name, as the body or path has it.
    public var model: String
    /// The way of use that the route stands for.
    public var modality: Modality
    /// The region of this gateway.
    public var region: Name?
    /// The guarded fields that the body sets.
    public var fields: GuardedFields
    /// Those of them that can be taken out of the body.
    public var removable: GuardedFields
    /// The version whose answer is asked for again; `nil` for a new one. It is let in as a new one by this version
    /// would be, but that nobody has to pin it.
    public var made: VersionID?
    /// The end user, as the application names them; `nil` if the request names none. It tells the arms of a rollout
    /// apart and opens nothing.
    public var account: String?
    /// Why the candidate does not serve the request although a rollout chose it: of what is counted request by request,
    /// nothing is left. This is found after admission, and the request is then admitted anew. `nil` as long as nothing
    /// is in the way.
    public var withheld: Denial?

    /// A request for admission.
    public init(
        key: PresentedKey, model: String, modality: Modality, region: Name? = nil, fields: GuardedFields = [],
        removable: GuardedFields = [], made: VersionID? = nil, account: String? = nil
    ) {
        self.key = key
        self.model = model
        self.modality = modality
        self.region = region
        self.fields = fields
        self.removable = removable
        self.made = made
        self.account = account
    }
}

/// A key as a caller shows it, already hashed: the secret goes no further than the hash.
public struct PresentedKey: Hashable, Sendable {
    /// The public part.
    public var id: KeyID
    /// The SHA-256 of the whole text.
    public var digest: ContentDigest

    /// A key that was shown.
    public init(id: KeyID, digest: ContentDigest) {
        self.id = id
        self.digest = digest
    }
}
