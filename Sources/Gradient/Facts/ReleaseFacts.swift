public import ReleaseModel

/// All that the level of a release depends on, as plain values.
///
/// A release is one version, mostly. A model that goes out size by size is a release of several: a door of it is open
/// when it is open for each of them, and one that is open for some makes the release gradual.
public struct ReleaseFacts: Hashable, Sendable {
    /// What is released.
    public var versions: [Version]
    /// When each version was first made current, if it was: grants that list no versions reach it from then on.
    public var served: [VersionID: Timestamp]
    /// What was registered of the versions; records of other versions say nothing.
    public var components: [ComponentRecord]
    /// Who was given what, revoked and expired grants too; grants for other models and versions say nothing.
    public var grants: [Grant]
    /// Who may come in; before the first change nobody may.
    public var enrolment: [EnrolmentChange]

    /// Facts; what is left out opens nothing.
    public init(
        versions: [Version], served: [VersionID: Timestamp] = [:], components: [ComponentRecord] = [],
        grants: [Grant] = [], enrolment: [EnrolmentChange] = []
    ) {
        self.versions = versions
        self.served = served
        self.components = components
        self.grants = grants
        self.enrolment = enrolment
    }
}

/// A component and when it was registered.
public struct ComponentRecord: Hashable, Sendable {
    /// What was registered.
    public var component: Component
    /// When: nothing is given out before it is recorded that it may be.
    public var registered: Timestamp

    /// A component that was registered at a moment.
    public init(_ component: Component, registered: Timestamp) {
        self.component = component
        self.registered = registered
    }

    /// Since when its audience can have it: `nil` if it is withheld, or if nobody recorded what it is.
    public var givenSince: Timestamp? {
        guard self.component.withheldReason == nil, self.component.digest != nil else { return nil }
        return max(self.registered, self.component.availableFrom ?? self.registered)
    }
}
