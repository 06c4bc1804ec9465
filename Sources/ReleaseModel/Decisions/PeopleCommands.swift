/// Adds an organisation.
public struct AddOrganisation: Codable, Hashable, Sendable {
    /// Its name.
    public var name: Name

    /// The command with all its fields.
    public init(name: Name) {
        self.name = name
    }
}

/// Adds an application. It may use nothing by that.
public struct AddApplication: Codable, Hashable, Sendable {
    /// Its name.
    public var name: Name
    /// Who stands behind it.
    public var organisation: OrganisationID?

    /// The command with all its fields.
    public init(name: Name, organisation: OrganisationID? = nil) {
        self.name = name
        self.organisation = organisation
    }
}

/// Adds a person with roles and a first key that the person made, so that nobody else ever had it.
public struct AddPerson: Codable, Hashable, Sendable {
    /// Commitment to the record in the vault.
    public var commitment: ContentDigest
    /// What the person may do.
    public var roles: [Role]
    /// The public part of the person's key.
    public var key: KeyID
    /// The SHA-256 of the person's key.
    public var keyDigest: ContentDigest

    /// The command with all its fields.
    public init(commitment: ContentDigest, roles: [Role], key: KeyID, keyDigest: ContentDigest) {
        self.commitment = commitment
        self.roles = roles
        self.key = key
        self.keyDigest = keyDigest
    }

    enum CodingKeys: String, CodingKey {
        case commitment
        case roles
        case key
        case keyDigest = "key_digest"
    }
}

/// Gives a person exactly these roles. Taking roles away needs one person, adding needs two.
public struct AssignRoles: Codable, Hashable, Sendable {
    /// The person.
    public var person: PersonID
    /// All roles from now on.
    public var roles: [Role]

    /// The command with all its fields.
    public init(person: PersonID, roles: [Role]) {
        self.person = person
        self.roles = roles
    }
}

/// Forgets a person: keys are revoked, and the vault's record is erased. The ledger keeps an identifier without
/// meaning.
public struct ErasePerson: Codable, Hashable, Sendable {
    /// The person.
    public var person: PersonID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(person: PersonID, reason: String) {
        self.person = person
        self.reason = reason
    }
}

/// Puts an application on a model's waiting list. It may know of the model from then on.
///
/// While enrolment is open it lets the application in instead, by a grant like the one that enrolment was opened with.
public struct Enrol: Codable, Hashable, Sendable {
    /// Who waits.
    public var application: ApplicationID
    /// For what.
    public var model: ModelID

    /// The command with all its fields.
    public init(application: ApplicationID, model: ModelID) {
        self.application = application
        self.model = model
    }
}
