/// Something that is released: a family of versions under one name.
public struct Model: Codable, Hashable, Sendable {
    /// Who may know that a model exists.
    public enum Visibility: String, Codable, CaseIterable, Hashable, Sendable {
        /// Only who has a grant or was put on its waiting list; all others are told that there is no such model.
        case unlisted
        /// Whoever holds a valid key.
        case listed
    }

    /// The identifier.
    public var id: ModelID
    /// What requests call it; resolves to the current version.
    public var name: Name
    /// What people call it.
    public var displayName: String
    /// Who may know that it exists.
    public var visibility: Visibility
    /// When it was added.
    public var added: Timestamp

    /// A model with all its fields.
    public init(id: ModelID, name: Name, displayName: String, visibility: Visibility, added: Timestamp) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.visibility = visibility
        self.added = added
    }

    enum CodingKeys: String, CodingKey {
        case id, name
        case displayName = "display_name"
        case visibility, added
    }
}
