/// How many appends the writer's thread waits for before it writes a group.
///
/// A write and a sync cost the same for one entry as for fifty, so it pays to wait a moment for those that are about to
/// come, and never where nobody comes: whoever is alone is written at once. The last group says how many to expect; now
/// and then, and while groups grow, half as many more are waited for, to see whether there are.
struct GroupPace: Hashable, Sendable {
    /// The most appends that are waited for.
    static let mostExpected = 64
    /// After how many groups without growth more are expected again. The more come at a time, the sooner: where many
    /// wait, to wait for some more in vain is what costs least.
    var groupsBetweenProbes: Int { max(4, 64 / self.goal) }

    /// How many appends make a group that is written without waiting any longer.
    private(set) var goal = 1
    private var last = 1
    private var groupsSinceProbe = 0

    /// Learns from a group of `count` appends that somebody waited for.
    mutating func note(_ count: Int) {
        defer { self.last = max(1, count) }
        guard count > 1 else {
            self.goal = 1
            self.groupsSinceProbe = 0
            return
        }
        self.groupsSinceProbe += 1
        if count > self.last || self.groupsSinceProbe >= self.groupsBetweenProbes {
            self.groupsSinceProbe = 0
            self.goal = min(Self.mostExpected, count + (count + 1) / 2)
        } else {
            self.goal = min(Self.mostExpected, count)
        }
    }
}
