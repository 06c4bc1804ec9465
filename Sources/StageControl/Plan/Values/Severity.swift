/// How bad an event is.
public enum Severity: String, Ranked {
    case low, medium, high, critical
}

/// What Sluice does by itself. Each closes at least as much as the one before; none opens anything.
public enum Reaction: String, Ranked {
    /// Exposure stays as it is and nothing advances.
    case hold
    /// Back to the stage before.
    case stepBack
    /// Back to the plan's rollback target.
    case rollback
    /// The candidate is closed to everybody, at once.
    case halt
}

/// Where a rollback leads to, from mild to strict.
public enum RollbackTarget: String, Ranked {
    /// To what the stage before had opened; from the first stage, to nobody.
    case previousStage
    /// Every request is answered by the baseline version again.
    case baseline
    /// The candidate serves nobody. Requests go to the baseline if the plan has one, else they are refused.
    case closed
}
