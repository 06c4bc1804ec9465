/// One immutable version of a model: what is served, where, and what it was made from.
public struct Version: Codable, Hashable, Sendable {
    /// The most digests that one version may list.
    public static let maximumDigests = 64

    /// The identifier.
    public var id: VersionID
    /// The model that it is a version of.
    public var model: ModelID
    /// What requests that pin it call it.
    public var name: Name
    /// The upstream, by its name in the configuration; no request can name another.
    public var upstream: Name
    /// What the upstream calls this version.
    public var upstreamModel: String
    /// What was released, by content: weights, configuration, build.
    public var digests: [ContentDigest]
    /// The version that this one was made from.
    public var parent: VersionID?
    /// The build that made it.
    public var build: String?
    /// When it was added.
    public var added: Timestamp

    /// A version with all its fields.
    public init(
        id: VersionID, model: ModelID, name: Name, upstream: Name, upstreamModel: String,
        digests: [ContentDigest] = [], parent: VersionID? = nil, build: String? = nil, added: Timestamp
    ) {
        self.id = id
        self.model = model
        self.name = name
        self.upstream = upstream
        self.upstreamModel = upstreamModel
        self.digests = digests
        self.parent = parent
        self.build = build
        self.added = added
    }

    enum CodingKeys: String, CodingKey {
        case id, model, name, upstream
        case upstreamModel = "upstream_model"
        case digests, parent, build, added
    }
}
