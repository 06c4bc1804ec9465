public import ReleaseModel

/// Why admission answers as it does, step by step, for people of the control plane.
///
/// It tells more than a caller may learn: never put it into an answer of the gateway.
public struct Explanation: Codable, Hashable, Sendable {
    /// For which moment it holds.
    public var at: Timestamp
    /// How fresh the rules are at that moment.
    public var freshness: Freshness
    /// What was found out about the key.
    public var key: KeyFinding
    /// For whom the key speaks; `nil` unless the key is ``KeyFinding/accepted``.
    public var caller: Caller?
    /// What the name stands for; `nil` if it stands for nothing.
    public var target: Target?
    /// Whether the caller may learn that the name stands for something.
    public var mayKnow: Bool
    /// Every grant of the caller to the model, in the order in which they are asked.
    public var considered: [Consideration]
    /// What ``Snapshot/admit(_:at:)`` answers.
    public var decision: Decision

    enum CodingKeys: String, CodingKey {
        case at, freshness, key, caller, target
        case mayKnow = "may_know"
        case considered, decision
    }

    /// How fresh the rules of a gateway are.
    public enum Freshness: String, Codable, CaseIterable, Hashable, Sendable {
        /// The control plane said so within ``Snapshot/stagedLifetimeMilliseconds``.
        case fresh
        /// Old enough that all staged populations are closed.
        case stale
        /// Older than ``Snapshot/lifetimeMilliseconds``: everything is closed.
        case dead
    }

    /// What was found out about a key. All but ``accepted`` are one and the same refusal to the caller.
    public enum KeyFinding: String, Codable, CaseIterable, Hashable, Sendable {
        /// It speaks for an application, and opens the way of use that was asked for.
        case accepted
        /// No key of this identifier was ever registered.
        case unknown
        /// The identifier is known, the secret is another.
        case wrongSecret = "wrong_secret"
        /// It was taken back, or its person was erased.
        case revoked
        /// It is past its end.
        case expired
        /// Whom it spoke for is not there any more.
        case ownerGone = "owner_gone"
        /// It is a person's key, which uses no model.
        case ofPerson = "of_person"
        /// A key of this kind does not open the way of use that was asked for.
        case otherModality = "other_modality"
    }

    /// Who calls, and what the key declares.
    public struct Caller: Codable, Hashable, Sendable {
        /// The application.
        public var application: ApplicationID
        /// Its name.
        public var name: Name
        /// Who stands behind it.
        public var organisation: OrganisationID?
        /// The key that was used.
        public var key: KeyID
        /// What kind of key it is.
        public var kind: KeyKind
        /// What the key is used for.
        public var intent: Intent
        /// In front of whom.
        public var exposure: Exposure
        /// The declared use.
        public var use: Name?
    }

    /// What a name stands for.
    public struct Target: Codable, Hashable, Sendable {
        /// The model.
        public var model: ModelID
        /// The model's name.
        public var name: Name
        /// The version that would answer; `nil` if the model has none yet.
        public var version: VersionID?
        /// The version's name.
        public var versionName: Name?
        /// Whether the version was named instead of the model.
        public var isPinned: Bool
        /// Why the model is closed to everybody, if it is.
        public var held: String?

        enum CodingKeys: String, CodingKey {
            case model, name, version
            case versionName = "version_name"
            case isPinned = "is_pinned"
            case held
        }
    }

    /// One grant that was asked, and what it said.
    public struct Consideration: Codable, Hashable, Sendable {
        /// The grant as it stands.
        public var grant: Grant
        /// Whether it lets the request in.
        public var admits: Bool
        /// Everything for which it does not; empty if it admits.
        public var denials: [Denial]

        init(grant: Grant, denials: [Denial]) {
            self.grant = grant
            self.admits = denials.isEmpty
            self.denials = denials
        }
    }
}

/// What a person may do on the control plane, for people.
public struct PersonExplanation: Codable, Hashable, Sendable {
    /// The person.
    public var person: PersonID
    /// The roles, sorted.
    public var roles: [Role]
    /// The commands that the person may give. `key.issue` is always among them: everybody may make further keys for
    /// themselves.
    public var gives: [Command.Kind]
    /// The commands that the person may approve as the second one, when another person proposed them.
    public var approves: [Command.Kind]
}

extension Denial.Code: Codable {}

extension Denial: Codable {
    private enum CodingKeys: String, CodingKey {
        case code, field, detail
    }

    /// Reads `{"code": …, "field": …, "detail": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Code.self, forKey: .code),
            field: try container.decodeIfPresent(String.self, forKey: .field),
            detail: try container.decodeIfPresent(String.self, forKey: .detail))
    }

    /// Writes `{"code": …, "field": …, "detail": …}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.code, forKey: .code)
        try container.encodeIfPresent(self.field, forKey: .field)
        try container.encodeIfPresent(self.detail, forKey: .detail)
    }
}

extension Decision: Codable {
    private enum CodingKeys: String, CodingKey {
        case admitted, refused
    }

    /// Reads `{"admitted": {…}}` or `{"refused": […]}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let admission = try container.decodeIfPresent(Admission.self, forKey: .admitted) {
            self = .admitted(admission)
        } else {
            self = .refused(try container.decode([Denial].self, forKey: .refused))
        }
    }

    /// Writes `{"admitted": {…}}` or `{"refused": […]}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .admitted(let admission): try container.encode(admission, forKey: .admitted)
        case .refused(let denials): try container.encode(denials, forKey: .refused)
        }
    }
}

extension Admission: Codable {
    private enum CodingKeys: String, CodingKey {
        case application, key, grant, version, name
        case isUnlogged = "is_unlogged"
    }

    /// Reads all fields.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            Facts(
                application: try container.decode(ApplicationID.self, forKey: .application),
                key: try container.decode(KeyID.self, forKey: .key),
                grant: try container.decode(Grant.self, forKey: .grant),
                version: try container.decode(Version.self, forKey: .version),
                name: try container.decode(Name.self, forKey: .name), stripped: [],
                isUnlogged: try container.decode(Bool.self, forKey: .isUnlogged), placement: nil, applicant: nil))
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.application, forKey: .application)
        try container.encode(self.key, forKey: .key)
        try container.encode(self.grant, forKey: .grant)
        try container.encode(self.version, forKey: .version)
        try container.encode(self.name, forKey: .name)
        try container.encode(self.isUnlogged, forKey: .isUnlogged)
    }
}
