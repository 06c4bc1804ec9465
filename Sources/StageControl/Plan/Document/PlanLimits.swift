/// The most that a plan may hold, so that no document can tie up who reads it.
public enum PlanLimits {
    /// Stages of a plan.
    public static let stages = 64
    /// Metrics of a plan.
    public static let metrics = 64
    /// Cohorts of a plan.
    public static let cohorts = 64
    /// Applications that one cohort lists.
    public static let applications = 1_000
    /// Elements of any other list.
    public static let listed = 64
    /// Characters of a text for people.
    public static let textLength = 256
    /// The largest whole number: beyond it, readers that hold numbers as doubles are not exact.
    public static let count = 1 << 53
    /// The largest other number.
    public static let amount = 1e15
}
