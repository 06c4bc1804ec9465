public import ReleaseModel

/// What gives a release its level, or what changed it.
public enum Reason: Comparable, Hashable, Sendable {
    /// A grant to somebody outside.
    case grant(GrantID)
    /// A stage of a rollout, which lets some who have a grant use a version before it is served to all of them.
    case stage(RolloutID, Name)
    /// Weights that a grant gave out while it was in force; nothing calls copies back.
    case copies(GrantID)
    /// Weights that are given out as a component.
    case component(ComponentID)
    /// Who may come in, or might from now on.
    case enrolment(EnrolmentPolicy)
    /// A version that is fully open: of ``ModelOpennessClass/openScience``, for everybody.
    case openScience(VersionID)
    /// A version that nobody outside can use, while others of the same release can be used.
    case withheld(VersionID)
}

/// That a release came to another level.
public struct LevelChange: Hashable, Sendable {
    /// When; from this moment on the new level holds.
    public var at: Timestamp
    /// The level before.
    public var from: Level
    /// The level since.
    public var to: Level
    /// What began at that moment, if the level rose, and what ended, if it fell; never empty, sorted.
    public var because: [Reason]

    /// A change with all its fields.
    public init(at: Timestamp, from: Level, to: Level, because: [Reason]) {
        self.at = at
        self.from = from
        self.to = to
        self.because = because
    }
}
