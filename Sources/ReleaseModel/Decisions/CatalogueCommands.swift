/// Adds a model. Nobody may use it by that.
public struct AddModel: Codable, Hashable, Sendable {
    /// What requests call it.
    public var name: Name
    /// What people call it.
    public var displayName: String
    /// Who may know that it exists.
    public var visibility: Model.Visibility

    /// The command with all its fields.
    public init(name: Name, displayName: String, visibility: Model.Visibility = .unlisted) {
        self.name = name
        self.displayName = displayName
        self.visibility = visibility
    }

    enum CodingKeys: String, CodingKey {
        case name
        case displayName = "display_name"
        case visibility
    }
}

/// Adds an immutable version of a model. It serves nobody until it is made current.
public struct AddVersion: Codable, Hashable, Sendable {
    /// The model.
    public var model: ModelID
    /// What requests that pin it call it.
    public var name: Name
    /// The upstream, by its name in the configuration.
    public var upstream: Name
    /// What the upstream calls it.
    public var upstreamModel: String
    /// What is served, by content.
    public var digests: [ContentDigest]?
    /// What it was made from.
    public var parent: VersionID?
    /// The build that made it.
    public var build: String?

    /// The command with all its fields.
    public init(
        model: ModelID, name: Name, upstream: Name, upstreamModel: String, digests: [ContentDigest]? = nil,
        parent: VersionID? = nil, build: String? = nil
    ) {
        self.model = model
        self.name = name
        self.upstream = upstream
        self.upstreamModel = upstreamModel
        self.digests = digests
        self.parent = parent
        self.build = build
    }

    enum CodingKeys: String, CodingKey {
        case model
        case name
        case upstream
        case upstreamModel = "upstream_model"
        case digests
        case parent
        case build
    }
}

/// Registers a component of a version, given to an audience or withheld with a reason.
public struct AddComponent: Codable, Hashable, Sendable {
    /// The version.
    public var version: VersionID
    /// What kind of thing it is.
    public var kind: ComponentKind
    /// Its content.
    public var digest: ContentDigest?
    /// Its licence.
    public var licence: String?
    /// Who it is given to.
    public var audience: Audience
    /// From when.
    public var availableFrom: Timestamp?
    /// Why it is withheld.
    public var withheldReason: String?

    /// The command with all its fields.
    public init(
        version: VersionID, kind: ComponentKind, digest: ContentDigest? = nil, licence: String? = nil,
        audience: Audience = .internal, availableFrom: Timestamp? = nil, withheldReason: String? = nil
    ) {
        self.version = version
        self.kind = kind
        self.digest = digest
        self.licence = licence
        self.audience = audience
        self.availableFrom = availableFrom
        self.withheldReason = withheldReason
    }

    enum CodingKeys: String, CodingKey {
        case version
        case kind
        case digest
        case licence
        case audience
        case availableFrom = "available_from"
        case withheldReason = "withheld_reason"
    }
}

/// Makes a version the one that the model's name resolves to.
public struct MakeCurrent: Codable, Hashable, Sendable {
    /// The model.
    public var model: ModelID
    /// The version that serves from now on.
    public var version: VersionID

    /// The command with all its fields.
    public init(model: ModelID, version: VersionID) {
        self.model = model
        self.version = version
    }
}

/// Closes a model to everybody at once. One person can; it takes two to resume.
public struct HoldModel: Codable, Hashable, Sendable {
    /// The model.
    public var model: ModelID
    /// Why; shown to people, not to callers.
    public var reason: String

    /// The command with all its fields.
    public init(model: ModelID, reason: String) {
        self.model = model
        self.reason = reason
    }
}

/// Lifts a hold.
public struct ResumeModel: Codable, Hashable, Sendable {
    /// The model.
    public var model: ModelID
    /// Why it is right to go on.
    public var reason: String

    /// The command with all its fields.
    public init(model: ModelID, reason: String) {
        self.model = model
        self.reason = reason
    }
}
