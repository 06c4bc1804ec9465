/// Who made something happen.
public enum Actor: Codable, Hashable, Sendable {
    /// A person with a key.
    case person(PersonID)
    /// An application, for what is its own to say.
    case application(ApplicationID)
    /// Whoever has a shell on the host; only sets up.
    case host
    /// Sluice itself.
    case system

    /// Reads an identifier, `host` or `system`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if let person = PersonID(text) {
            self = .person(person)
        } else if let application = ApplicationID(text) {
            self = .application(application)
        } else if text == "host" {
            self = .host
        } else if text == "system" {
            self = .system
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a person (per_…), an application (app_…), host or system")
        }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

extension Actor: CustomStringConvertible {
    /// The identifier, `host` or `system`.
    public var description: String {
        switch self {
        case .person(let id): id.description
        case .application(let id): id.description
        case .host: "host"
        case .system: "system"
        }
    }
}

/// One entry of the control log: when, by whom, what.
///
/// As text it is canonical JSON (RFC 8785) with the members `v`, `at`, `by`, `kind`, `content`; its place in the log is
/// its number, so it holds none.
public struct ControlEntry: Hashable, Sendable {
    /// The format that this code writes and the newest that it reads.
    public static let format = 1

    /// When it was decided.
    public var at: Timestamp
    /// Who decided it.
    public var by: Actor
    /// What was decided.
    public var event: ControlEvent

    /// An entry with all its fields.
    public init(at: Timestamp, by: Actor, event: ControlEvent) {
        self.at = at
        self.by = by
        self.event = event
    }
}

extension ControlEntry: Codable {
    private enum CodingKeys: String, CodingKey {
        case v, at, by
    }

    /// Reads an entry; a newer format is refused, because to skip what is not understood is to fold a wrong state.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let format = try container.decode(Int.self, forKey: .v)
        guard format == Self.format else {
            throw DecodingError.dataCorruptedError(
                forKey: .v, in: container,
                debugDescription: "format \(Self.format); this entry was written by another release of Sluice")
        }
        self.at = try container.decode(Timestamp.self, forKey: .at)
        self.by = try container.decode(Actor.self, forKey: .by)
        self.event = try ControlEvent(from: decoder)
    }

    /// Writes an entry.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.format, forKey: .v)
        try container.encode(self.at, forKey: .at)
        try container.encode(self.by, forKey: .by)
        try self.event.encode(to: encoder)
    }
}
