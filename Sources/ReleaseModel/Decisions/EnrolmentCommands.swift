/// Opens a model to whoever asks: from then on an application that enrols gets a grant like this one at once.
public struct OpenEnrolment: Codable, Hashable, Sendable {
    /// The model.
    public var model: ModelID
    /// The grant, to everyone, that those who enrol get the like of. What it says is what two people open.
    public var grant: GrantID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(model: ModelID, grant: GrantID, reason: String) {
        self.model = model
        self.grant = grant
        self.reason = reason
    }
}

/// Closes enrolment at once. Who was let in stays in; who asks from now on waits.
public struct CloseEnrolment: Codable, Hashable, Sendable {
    /// The model.
    public var model: ModelID
    /// Why.
    public var reason: String

    /// The command with all its fields.
    public init(model: ModelID, reason: String) {
        self.model = model
        self.reason = reason
    }
}
