import Gateway
import ReleaseModel
import StageControl
import Store
import StrictJSON

/// What of a rollout's exposure is lent, and the records that this is known from.
///
/// Whatever is granted is stored before the gateway is told, so no crash of either side makes more of it than there is.
/// And whatever a gateway had that is gone comes back, as far as the access log shows that nobody used it.
struct ExposureLedger: Sendable {
    private let rollout: RolloutID
    private let store: Store
    private let witness: ExposureWitness?
    private(set) var leases: [ExposureMeter: ExposureLeases]

    /// Reads what was recorded, takes back what gateways had that are gone, and goes on from there.
    ///
    /// - Parameters:
    ///   - gateway: the one that lives. Only one process at a time has the access log, so every other is gone.
    ///   - witness: shows what was used; nil, and what those had stays used.
    static func open(
        _ rollout: RolloutID, store: Store, gateway: Name, witness: ExposureWitness? = nil
    ) async throws -> Self {
        var ledger = Self(
            rollout: rollout, store: store, witness: witness,
            leases: try ExposureLeases.stored(try await store.exposure.read(rollout)))
        try await ledger.recover(besides: gateway)
        return ledger
    }

    private mutating func recover(besides gateway: Name) async throws {
        let lost = self.leases.mapValues { $0.lost(besides: gateway) }.filter { !$0.value.isEmpty }
        guard let witness, let first = lost.values.joined().compactMap(\.behind).min(),
            let shown = try await witness.shown(self.rollout, first)
        else { return }
        var after = self.leases
        for (meter, blocks) in lost {
            let traces = ExposureTraces(taken: shown.taken[meter] ?? [:], unlogged: shown.unlogged)
            for entry in after[meter]?.recover(blocks, by: traces) ?? [] { after[meter]?.apply(entry) }
        }
        try await self.keep(after)
    }

    /// Makes what is known durable, before anybody goes by it.
    private mutating func keep(_ after: [ExposureMeter: ExposureLeases]) async throws {
        var records: [String: String] = [:]
        for (meter, leases) in after where leases != self.leases[meter] {
            records[meter.description] = try JSONValue(encoding: leases).canonicalText
        }
        if !records.isEmpty { try await self.store.exposure.write(records, of: self.rollout) }
        self.leases = after
    }

    /// Goes over to the budgets that hold now, takes back what the gateway gives back, and lends it what it asks for.
    mutating func serve(
        _ terms: [ExposureMeter: ExposureBudgetTerm], at door: StageDoor, endsAll: Bool, now: Timestamp
    ) async throws {
        // What is taken of a block stands in the log behind this.
        let behind = try self.witness?.size()
        var after = self.leases
        var replies: [(meter: ExposureMeter, reply: ExposureReply)] = []
        for (meter, term) in terms.sorted(by: { $0.key < $1.key }) {
            var leases = after[meter] ?? ExposureLeases(term)
            if let entry = leases.renew(to: term) { leases.apply(entry) }
            let ask = door.ask(meter, of: self.rollout, endsAll: endsAll)
            for returned in ask.returned {
                if let entry = leases.takeBack(returned) { leases.apply(entry) }
            }
            let answer = ask.block.map { leases.lease($0, of: ask.size, at: now, behind: behind) }
            if case .granted(_, let entry?)? = answer { leases.apply(entry) }
            after[meter] = leases
            replies.append((meter, ExposureReply(arrived: ask.returned.map(\.id), asked: ask.block, answer: answer)))
        }
        try await self.keep(after)
        for (meter, reply) in replies { door.tell(reply, of: meter, of: self.rollout) }
    }
}
