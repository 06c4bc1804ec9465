public import ReleaseModel

/// A stage that was opened, or closed for good, and the epoch of evidence that it belongs to.
public struct StageOpening: Hashable, Sendable {
    /// The epoch.
    public var epoch: Int
    /// The stage, as a place in the plan; nil while nothing is open, as after a rollback of the first.
    public var stage: Int?
    /// When it opened.
    public var at: Timestamp

    /// An opening with all its fields.
    public init(epoch: Int, stage: Int?, at: Timestamp) {
        self.epoch = epoch
        self.stage = stage
        self.at = at
    }
}
