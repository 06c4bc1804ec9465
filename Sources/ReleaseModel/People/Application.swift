/// Who stands behind applications.
public struct Organisation: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: OrganisationID
    /// Its name.
    public var name: Name
    /// When it was added.
    public var added: Timestamp

    /// An organisation with all its fields.
    public init(id: OrganisationID, name: Name, added: Timestamp) {
        self.id = id
        self.name = name
        self.added = added
    }
}

/// The unit that gets API access, and the unit of analysis.
public struct Application: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: ApplicationID
    /// Its name.
    public var name: Name
    /// Who stands behind it.
    public var organisation: OrganisationID?
    /// When it was added.
    public var added: Timestamp

    /// An application with all its fields.
    public init(id: ApplicationID, name: Name, organisation: OrganisationID?, added: Timestamp) {
        self.id = id
        self.name = name
        self.organisation = organisation
        self.added = added
    }
}

/// A place on the waiting list of a model: the application may know of the model and is not let in by it.
public struct Enrolment: Codable, Hashable, Sendable {
    /// Who waits.
    public var application: ApplicationID
    /// For what.
    public var model: ModelID
    /// Since when.
    public var since: Timestamp

    /// An enrolment with all its fields.
    public init(application: ApplicationID, model: ModelID, since: Timestamp) {
        self.application = application
        self.model = model
        self.since = since
    }
}
