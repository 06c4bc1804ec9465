public import ReleaseModel

/// What the log of admissions shows of one budget's blocks: which of them were drawn on how often.
///
/// An admission is durable before its request goes upstream, and it names the block that it was taken of. So what the
/// log does not show was not used. An unlogged grant leaves no more than a count, which may be of any block.
public struct ExposureTraces: Hashable, Sendable {
    /// How many admissions name a block.
    public var taken: [ExposureLeaseID: Int]
    /// How many admissions name nothing.
    public var unlogged: Int

    /// Traces in a part of the log.
    public init(taken: [ExposureLeaseID: Int] = [:], unlogged: Int = 0) {
        self.taken = taken
        self.unlogged = unlogged
    }
}

extension ExposureLeases {
    /// The blocks of gateways that live no more, of which a log can show what was used: lent to any but the living one,
    /// and granted at a known place in the log. O(blocks lent).
    public func lost(besides living: Name) -> [ExposureLease] {
        self.blocks.filter { $0.id.gateway != living && $0.behind != nil }
    }

    /// Takes blocks back whose gateways are gone for good, with what the log shows of their use: one entry for each.
    ///
    /// Admissions that name nothing are counted as if they had been taken of these blocks, as far as there is room:
    /// that much is written off. Everything else that the log does not show is free again.
    ///
    /// - Parameters:
    ///   - lost: the blocks (``lost(besides:)``). Nobody uses them any more, nor writes to the log for them.
    ///   - traces: what the log shows, at least from the first of these blocks on.
    public func recover(_ lost: [ExposureLease], by traces: ExposureTraces) -> [ExposureEntry] {
        var nameless = max(0, traces.unlogged)
        return lost.compactMap { lease in
            let taken = max(0, traces.taken[lease.id] ?? 0)
            let unproven = min(nameless, max(0, lease.size - taken))
            nameless -= unproven
            return self.takeBack(ExposureReturn(id: lease.id, used: taken + unproven, unproven: unproven))
        }
    }
}
