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
    /// What stages of rollouts open to whom, before a version is served to everybody with a grant.
    public var stagings: [StagedAccess]

    /// Facts; what is left out opens nothing.
    public init(
        versions: [Version], served: [VersionID: Timestamp] = [:], components: [ComponentRecord] = [],
        grants: [Grant] = [], enrolment: [EnrolmentChange] = [], stagings: [StagedAccess] = []
    ) {
        self.versions = versions
        self.served = served
        self.components = components
        self.grants = grants
        self.enrolment = enrolment
        self.stagings = stagings
    }
}

/// That a stage of a rollout lets a version answer to some who have a grant, for the time in which it is open.
public struct StagedAccess: Hashable, Sendable {
    /// The version.
    public var version: VersionID
    /// The grant under which it can be reached.
    public var grant: GrantID
    /// The rollout.
    public var rollout: RolloutID
    /// The stage.
    public var stage: Name
    /// Since when.
    public var from: Timestamp
    /// Until before when; nil if it is open.
    public var until: Timestamp?

    /// An opening with all its fields.
    public init(
        version: VersionID, grant: GrantID, rollout: RolloutID, stage: Name, from: Timestamp, until: Timestamp?
    ) {
        self.version = version
        self.grant = grant
        self.rollout = rollout
        self.stage = stage
        self.from = from
        self.until = until
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
