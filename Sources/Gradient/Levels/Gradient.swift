public import ReleaseModel

/// The level of a release at any date, derived from what was granted and given out.
///
/// For one version, the first that holds:
/// 1. the public has all of Class I of the Model Openness Framework: ``Level/fullyOpen``;
/// 2. anybody outside has, or ever had, the weights, by a grant or as a component: ``Level/downloadable``;
/// 3. a grant to everyone for the API or for fine-tuning, and enrolment is open: ``Level/cloudAPI``;
/// 4. a grant to everyone for the hosted pages, and enrolment is open: ``Level/hosted``;
/// 5. any other grant to anybody outside, or a stage of a rollout that reaches somebody outside: ``Level/gradual``;
/// 6. none: ``Level/fullyClosed``.
///
/// Grants to the internal population are not outside. Weights that were once given out stay out, whatever becomes of
/// the grant. A release of several versions is as open as the least open of them, and gradual as soon as one of them is
/// not closed.
///
/// Nothing is stored and nothing depends on an order, so the history that is derived from the ledger today is the one
/// that was derived at any time before, and goes on from it.
public struct Gradient: Sendable {
    private struct Track: Sendable {
        var version: VersionID
        var openings: [Opening]

        func level(at moment: Timestamp) -> Level {
            self.openings.reduce(.fullyClosed) { level, opening in
                opening.level > level && opening.span.contains(moment) ? opening.level : level
            }
        }
    }

    private let tracks: [Track]

    /// The gradient of a release.
    public init(facts: ReleaseFacts) {
        self.tracks = facts.versions.map { Track(version: $0.id, openings: facts.openings(of: $0)) }
    }

    /// The level at a moment.
    public func level(at moment: Timestamp) -> Level {
        Self.level(of: self.tracks.map { $0.level(at: moment) })
    }

    /// What gives the release its level at a moment: everything that opens it that far, and the versions that hold it
    /// back where others are open. Sorted; empty only where all is closed.
    public func reasons(at moment: Timestamp) -> [Reason] {
        let levels = self.tracks.map { $0.level(at: moment) }
        let level = Self.level(of: levels)
        guard level > .fullyClosed else { return [] }
        var reasons: Set<Reason> = []
        for (track, own) in zip(self.tracks, levels) {
            if own == .fullyClosed { reasons.insert(.withheld(track.version)) }
            for opening in track.openings where opening.level >= level && opening.span.contains(moment) {
                reasons.formUnion(opening.reasons)
            }
        }
        return reasons.sorted()
    }

    private static func level(of levels: [Level]) -> Level {
        guard let least = levels.min(), let most = levels.max(), most > .fullyClosed else { return .fullyClosed }
        return max(least, .gradual)
    }
}

extension Gradient {
    /// Every change of level up to and at a moment, in order of time: those that somebody decided, and those that came
    /// by the passing of time, as when a grant expired or a component's day was there.
    public func history(until end: Timestamp) -> [LevelChange] {
        var changes: [LevelChange] = []
        var level = Level.fullyClosed
        var open = self.tracks.map { _ in [Int](repeating: 0, count: Level.allCases.count) }
        let edges = self.edges(until: end)
        var start = edges.startIndex
        while start < edges.endIndex {
            let next = edges[start...].firstIndex { $0.at > edges[start].at } ?? edges.endIndex
            for edge in edges[start..<next] {
                open[edge.track][edge.opening.level.rawValue - 1] += edge.isBeginning ? 1 : -1
            }
            let now = Self.level(of: open.map(Self.highest))
            if now != level {
                let because = Self.causes(among: edges[start..<next], of: (level, now))
                changes.append(LevelChange(at: edges[start].at, from: level, to: now, because: because))
                level = now
            }
            start = next
        }
        return changes
    }

    /// The beginning or the end of an opening.
    private struct Edge {
        var at: Timestamp
        var track: Int
        var opening: Opening
        var isBeginning: Bool
    }

    private func edges(until end: Timestamp) -> [Edge] {
        var edges: [Edge] = []
        for (index, track) in self.tracks.enumerated() {
            for opening in track.openings {
                edges.append(Edge(at: opening.span.from, track: index, opening: opening, isBeginning: true))
                if let until = opening.span.until {
                    edges.append(Edge(at: until, track: index, opening: opening, isBeginning: false))
                }
            }
        }
        return edges.filter { $0.at <= end }.sorted { $0.at < $1.at }
    }

    /// The highest level of which something is open.
    private static func highest(_ open: [Int]) -> Level {
        open.lastIndex { $0 > 0 }.flatMap { Level(rawValue: $0 + 1) } ?? .fullyClosed
    }

    /// What began and opens further than before, or ended and did so.
    private static func causes(among edges: ArraySlice<Edge>, of change: (from: Level, to: Level)) -> [Reason] {
        let rises = change.to > change.from
        let causes = edges.filter { edge in
            edge.isBeginning == rises && edge.opening.level > min(change.from, change.to)
        }
        return Set(causes.flatMap { rises ? $0.opening.begins : $0.opening.ends }).sorted()
    }
}
