/// Events among trials: all that a ``BetaEProcess`` needs to know of the past.
public struct EventCount: Codable, Hashable, Sendable {
    /// Trials with the outcome that is counted.
    public var events: Int
    /// All trials.
    public var trials: Int

    /// So many events among so many trials; whether they fit is asked where they are used.
    public init(events: Int, trials: Int) {
        self.events = events
        self.trials = trials
    }
}
