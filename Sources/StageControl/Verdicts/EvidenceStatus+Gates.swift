public import ReleaseModel

extension ReleasePlan.Spec {
    /// Where the evidence stands that the plan's gates ask for, at a moment.
    ///
    /// Of each kind the best that is live: a piece is left out where another is as far and not older. So whatever a
    /// gate asks for, in status and age, is met by what is left if it is met by any piece at all. What was refused or
    /// withdrawn, what has lapsed, and what was judged by whoever attached it counts for nothing.
    ///
    /// - Parameter pieces: the evidence about the candidate, and about nothing else.
    public func evidence(among pieces: some Sequence<Evidence>, at now: Timestamp) -> [EvidenceStatus] {
        let kinds = Set(self.stages.flatMap { $0.gates.map(\.evidence) })
        let reached = pieces.filter { kinds.contains($0.kind) }
            .compactMap { piece in Gate.Status(of: piece, at: now).map { (piece: piece, status: $0) } }
            .sorted { one, other in
                // Of each kind the furthest first, of those the newest.
                (one.piece.kind, other.status, other.piece.madeAt, one.piece.id)
                    < (other.piece.kind, one.status, one.piece.madeAt, other.piece.id)
            }
        var newest: (kind: Name, madeAt: Timestamp)?
        var statuses: [EvidenceStatus] = []
        for (piece, status) in reached {
            if let newest, newest.kind == piece.kind, newest.madeAt >= piece.madeAt { continue }
            newest = (piece.kind, piece.madeAt)
            statuses.append(
                EvidenceStatus(evidence: piece.kind, status: status, since: piece.madeAt, digest: piece.statement))
        }
        return statuses
    }
}

extension Gate.Status {
    /// How far a piece of evidence has come, as gates count it; nil where it counts for nothing.
    init?(of piece: Evidence, at now: Timestamp) {
        guard now.since(piece.madeAt) >= -MetricTests.clockSkew else { return nil }
        switch piece.state(at: now) {
        case .submitted: self = .submitted
        case .accepted where piece.review?.by != piece.by: self = .accepted
        case .accepted, .refused, .withdrawn, .expired: return nil
        }
    }
}
